import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LIMITS, type Limits } from '../settings.ts';
import { Body } from './body.ts';
import { Multipart } from './multipart.ts';

const limits = Object.fromEntries(Object.entries(LIMITS).map(([name, { value }]) => [name, value])) as Limits;
const encoder = new TextEncoder();

/** A body that comes in pieces of these lengths, the last one again and again. */
function bodyOf(bytes: Uint8Array, lengths: readonly number[] = [bytes.length]): Body {
  let at = 0;
  let turn = 0;
  const stream = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (at >= bytes.length) return controller.close();
      const length = lengths[Math.min(turn++, lengths.length - 1)];
      controller.enqueue(bytes.slice(at, at + length));
      at += length;
    },
  });
  return new Body(stream, limits, new AbortController().signal);
}

/** The slow way to write a form (RFC 7578). */
function formOf(parts: readonly { name: string; content: Uint8Array }[], boundary: string): Uint8Array {
  const pieces: number[] = [];
  for (const { name, content } of parts) {
    const head = `--${boundary}\r\nContent-Disposition: form-data; name="${name}"; filename="f"\r\n\r\n`;
    pieces.push(...encoder.encode(head), ...content, 13, 10);
  }
  pieces.push(...encoder.encode(`--${boundary}--\r\n`));
  return Uint8Array.from(pieces);
}

async function bytesOf(part: ReturnType<Multipart['next']> extends Promise<infer P> ? P : never): Promise<number[]> {
  const bytes: number[] = [];
  const reader = part!.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done || value === undefined) return bytes;
    bytes.push(...value);
  }
}

describe('a form', () => {
  // bytes that look like the begin of a delimiter are what can go wrong
  const content = fc
    .array(fc.constantFrom(13, 10, 45, 45, 98, 0, 255), { maxLength: 40 })
    .filter((bytes) => !String.fromCharCode(...bytes).includes('\r\n--b'));

  it('has the parts that were written, however it is cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(content, { minLength: 1, maxLength: 4 }),
        fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 6 }),
        async (contents, lengths) => {
          const parts = contents.map((bytes, i) => ({ name: `part${i}`, content: Uint8Array.from(bytes) }));
          const form = new Multipart(bodyOf(formOf(parts, 'b'), lengths), 'multipart/form-data; boundary=b');
          for (const { name, content } of parts) {
            const part = await form.next();
            expect([part?.name, part?.fileName]).toEqual([name, 'f']);
            expect(await bytesOf(part)).toEqual([...content]);
          }
          expect(await form.next()).toBeUndefined();
        },
      ),
      { numRuns: 200, seed: 20_261_121 },
    );
  });

  it('skips what was not read, and what stands before the first part', async () => {
    const parts = ['one', 'two'].map((name) => ({ name, content: encoder.encode(name) }));
    const written = formOf(parts, 'b');
    const form = new Multipart(
      bodyOf(Uint8Array.from([...encoder.encode('preamble\r\n'), ...written])),
      'x; boundary="b"',
    );
    expect((await form.next())?.name).toBe('one');
    const second = await form.next();
    expect(await second?.text(100)).toBe('two');
  });

  it('may have blanks behind a boundary', async () => {
    const text = new TextDecoder().decode(formOf([{ name: 'one', content: encoder.encode('--b \t') }], 'b'));
    const blank = encoder.encode(text.replace('--b\r\n', '--b \t \r\n').replace('--b--', '--b-- \t'));
    for (const length of [1, 3, blank.length]) {
      const form = new Multipart(bodyOf(blank, [length]), 'x; boundary=b');
      expect(await (await form.next())?.text(100)).toBe('--b \t');
      expect(await form.next()).toBeUndefined();
    }
  });

  it.each([
    ['no boundary', 'multipart/form-data', '', 'Content-Type must name a boundary'],
    [
      'an end before the last boundary',
      'x; boundary=b',
      '--b\r\nContent-Disposition: form-data; name="a"\r\n\r\nxx',
      'must have its last boundary',
    ],
    ['something behind a boundary', 'x; boundary=b', '--bxx\r\n', 'a boundary must end its line'],
    ['something behind blanks', 'x; boundary=b', '--b  x\r\n', 'a boundary must end its line'],
    ['blanks without end', 'x; boundary=b', `--b${' '.repeat(9000)}\r\n`, 'a boundary must end its line'],
    [
      'a part without a name',
      'x; boundary=b',
      '--b\r\nContent-Type: text/plain\r\n\r\nx\r\n--b--',
      'every part must have a name',
    ],
    ['headers without end', 'x; boundary=b', `--b\r\n${'x'.repeat(9000)}`, 'must have at most 8192 bytes'],
  ])('is refused with %s', async (_what, type, text, message) => {
    const read = async (): Promise<void> => {
      const form = new Multipart(bodyOf(encoder.encode(text)), type);
      for (let part = await form.next(); part !== undefined; part = await form.next()) await bytesOf(part);
    };
    await expect(read()).rejects.toMatchObject({ code: 'malformed-form', message: expect.stringContaining(message) });
  });
});
