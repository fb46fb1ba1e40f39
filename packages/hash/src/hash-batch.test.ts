import * as packet from '@midplane/packet';
import { PacketBatch, type PacketRecords } from '@midplane/packet';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as mirror from './_compiled-rules.ts';
import type { FlowHash } from './flow-hash.ts';
import { FLOW_HASHES } from './flow-hashes.ts';
import { hashBatch, hashKey } from './hash-batch.ts';
import { selectFrameHashKey, selectHashKey } from './select-hash-key.ts';
import { arbitraryFlow } from './test-data.suite.ts';
import { createToeplitz } from './toeplitz.ts';

const { KIND_IPV4, KIND_IPV6, KIND_MALFORMED, KIND_NON_IP } = packet;

const shortKey = createToeplitz({ key: Uint8Array.of(1, 2, 3, 4, 5), name: 'toeplitz, 5 bytes' });
const longKey = createToeplitz({ key: new Uint8Array(52).map((_, i) => i * 37 + 1), name: 'toeplitz, 52 bytes' });
const user: FlowHash = {
  name: 'user',
  hash: (words, at, count) =>
    words.subarray(at, at + count).reduce((sum, word) => (Math.imul(sum, 31) + word) | 0, 1) >>> 0,
};
const HASHES = [...FLOW_HASHES.values(), shortKey, longKey, user];

/** A batch of frames without an IP header, each given by its bytes. */
function frameBatch(frames: readonly Uint8Array[], linkType = 1): PacketBatch {
  const bytes = Uint8Array.from([9, ...frames.flatMap((frame) => [...frame])]);
  let offset = 1;
  const offsets = frames.map((frame) => {
    offset += frame.length;
    return offset - frame.length;
  });
  const count = frames.length;
  const records: PacketRecords = {
    count,
    bytes,
    view: new DataView(bytes.buffer),
    offset: Int32Array.from(offsets),
    capturedLength: Int32Array.from(frames, ({ length }) => length),
    length: Uint32Array.from(frames, ({ length }) => length),
    linkType: new Uint16Array(count).fill(linkType),
    interfaceIndex: new Int32Array(count),
    seconds: new Float64Array(count),
    nanoseconds: new Int32Array(count),
  };
  const batch = new PacketBatch(Math.max(count, 1));
  batch.count = count;
  batch.records = records;
  batch.etherType.fill(0x88cc);
  return batch;
}

describe('hashBatch()', () => {
  const row = fc.record({
    key: arbitraryFlow,
    fragment: fc.constantFrom(
      packet.FRAGMENT_NONE,
      packet.FRAGMENT_FIRST,
      packet.FRAGMENT_LATER,
      packet.FRAGMENT_ATOMIC,
    ),
    frame: fc.option(fc.uint8Array({ minLength: 12, maxLength: 12 }), { freq: 4 }),
  });

  it.each(HASHES)('R-hash-7: gives every row the value of its key, chosen the plain way: $name', (hash) => {
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 12 }), fc.boolean(), (rows, symmetric) => {
        const batch = frameBatch(rows.map(({ frame }) => frame ?? new Uint8Array(0)));
        const expected = rows.map(({ key, fragment, frame }, i) => {
          if (frame !== null) {
            const macs = { source: frame.subarray(6, 12), destination: frame.subarray(0, 6), etherType: 0x88cc };
            batch.kind[i] = i % 2 === 0 ? KIND_NON_IP : KIND_MALFORMED;
            return hash.hash(selectFrameHashKey(macs, { symmetric }).words, 0, 4);
          }
          batch.kind[i] = key[9] >>> 8 === 4 ? KIND_IPV4 : KIND_IPV6;
          batch.fragment[i] = fragment;
          batch.key.set(key, i * 10);
          const isFragment = fragment === packet.FRAGMENT_FIRST || fragment === packet.FRAGMENT_LATER;
          const { words } = selectHashKey(key, 0, { fragment: isFragment, symmetric });
          const value = hash.hash(words, 0, words.length);
          expect(hashKey(batch.key, i * 10, { hash, symmetric, fragment: isFragment })).toBe(value);
          return value;
        });
        const out = new Uint32Array(rows.length);
        hashBatch(batch, { hash, symmetric }, out);
        expect([...out]).toEqual(expected);
        const signed = new Int32Array(rows.length);
        hashBatch(batch, { hash, symmetric }, signed);
        expect([...signed]).toEqual(expected.map((value) => value | 0));
      }),
      { seed: 21, numRuns: 150 },
    );
  });

  it('R-hash-9, R-hash-10: is crc32c and symmetric by default', () => {
    const [key] = fc.sample(arbitraryFlow, { numRuns: 1, seed: 3 });
    const batch = new PacketBatch(1);
    batch.count = 1;
    batch.key.set(key);
    batch.kind[0] = key[9] >>> 8 === 4 ? KIND_IPV4 : KIND_IPV6;
    const out = new Uint32Array(1);
    hashBatch(batch, {}, out);
    expect(out[0]).toBe(hashKey(key, 0, { hash: FLOW_HASHES.get('crc32c')!, symmetric: true }));
  });

  it('hashes a large batch of mixed rows', () => {
    const keys = fc.sample(arbitraryFlow, { numRuns: 2500, seed: 4 });
    const batch = new PacketBatch(keys.length);
    batch.count = keys.length;
    keys.forEach((key, row) => {
      batch.key.set(key, row * 10);
      batch.kind[row] = key[9] >>> 8 === 4 ? KIND_IPV4 : KIND_IPV6;
    });
    const out = new Uint32Array(keys.length);
    hashBatch(batch, {}, out);
    expect([...out]).toEqual(keys.map((key) => hashKey(key)));
  });

  it('leaves rows at or above count as they are', () => {
    const batch = new PacketBatch(4);
    batch.count = 2;
    const out = new Uint32Array(4).fill(77);
    hashBatch(batch, {}, out);
    expect([...out.subarray(2)]).toEqual([77, 77]);
  });

  it.each([
    ['a link type without MAC addresses', frameBatch([new Uint8Array(20).fill(7)], 101)],
    ['a frame of 11 bytes', frameBatch([new Uint8Array(11).fill(7)])],
    ['no records', Object.assign(frameBatch([new Uint8Array(20)]), { records: undefined })],
  ])('takes MAC addresses of 0 for %s', (_, batch) => {
    const out = new Uint32Array(1);
    hashBatch(batch, { hash: user }, out);
    expect(out[0]).toBe(user.hash(Int32Array.of(0, 0, 0, 0x88cc), 0, 4));
  });
});

describe('constants mirrored from @midplane/packet', () => {
  it.each([
    ['FRAGMENT_FIRST', mirror.FRAGMENT_FIRST, packet.FRAGMENT_FIRST],
    ['FRAGMENT_LATER', mirror.FRAGMENT_LATER, packet.FRAGMENT_LATER],
  ])('%s', (_, here, there) => {
    expect(here).toBe(there);
  });
});
