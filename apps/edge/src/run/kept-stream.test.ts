import type { ByteStream } from '@midplane/capture';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { KeptStream } from './kept-stream.ts';

/** A stream that comes in these pieces. */
function streamOf(pieces: readonly Uint8Array[]): ByteStream {
  let at = 0;
  const read = async () => (at < pieces.length ? { done: false, value: pieces[at++] } : { done: true });
  return { getReader: () => ({ read, cancel: async () => {} }) };
}

async function bytesOf(stream: ByteStream): Promise<number[]> {
  const reader = stream.getReader();
  const bytes: number[] = [];
  for (;;) {
    const { done, value } = await reader.read();
    if (done || value === undefined) return bytes;
    for (const byte of value) bytes.push(byte);
  }
}

it('KeptStream gives what came again and again, however it was cut', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 5 }), { maxLength: 20 }), async (pieces) => {
      const kept = new KeptStream(streamOf(pieces), 1000);
      const expected = pieces.flatMap((piece) => [...piece]);
      for (let round = 0; round < 3; round++) expect(await bytesOf(kept.open())).toEqual(expected);
    }),
    { seed: 20_261_121 },
  );
});

it('KeptStream keeps pieces that lie across its blocks', async () => {
  const piece = Uint8Array.from({ length: 700_001 }, (_, i) => i * 7);
  const kept = new KeptStream(streamOf([piece, piece, piece, piece]), 4_000_000);
  await bytesOf(kept.open());
  const again = await bytesOf(kept.open());
  expect(again.length).toBe(2_800_004);
  expect(again.every((byte, i) => byte === piece[i % piece.length])).toBe(true);
});

it('KeptStream refuses more than it may keep', async () => {
  const kept = new KeptStream(streamOf([new Uint8Array(60), new Uint8Array(41)]), 100);
  await expect(bytesOf(kept.open())).rejects.toMatchObject({ code: 'capture-too-large' });
});
