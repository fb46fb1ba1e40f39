import { flowKey } from '@midplane/flow';
import fc from 'fast-check';

/** Random words of a seed (mulberry32). */
export function randomWords(length: number, seed: number): Int32Array {
  let state = seed;
  return Int32Array.from({ length }, () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return t ^ (t >>> 14);
  });
}

const port = fc.nat(0xffff);
const word = fc.oneof(fc.constantFrom(0, 1, -1, 0x7fffffff, -0x80000000), fc.integer());

/** Flow keys of every kind: IPv4 and IPv6, all selector kinds, equal and nearly equal addresses among them. */
export const arbitraryFlow: fc.Arbitrary<Int32Array> = fc
  .record({
    family: fc.constantFrom<4 | 6>(4, 6),
    source: fc.array(word, { minLength: 4, maxLength: 4 }),
    destination: fc.array(word, { minLength: 4, maxLength: 4 }),
    same: fc.constantFrom(0, 0, 0, 0, 1, 3, 4),
    protocol: fc.oneof(fc.constantFrom(6, 17, 132, 50, 51, 1, 58, 47), fc.nat(255)),
    sourcePort: port,
    destinationPort: port,
    spi: fc.nat(0xffffffff),
  })
  .map(({ family, source, destination, same, protocol, sourcePort, destinationPort, spi }) => {
    const mask = (words: number[]): Int32Array =>
      Int32Array.from(words, (value, i) => (family === 6 || i === 0 ? value : 0));
    const second = destination.map((value, i) => (i < same ? source[i] : value));
    const fields = {
      source: { family, words: mask(source) },
      destination: { family, words: mask(second) },
      protocol,
    };
    if ([6, 17, 132].includes(protocol)) return flowKey({ ...fields, sourcePort, destinationPort });
    if ([50, 51].includes(protocol)) return flowKey({ ...fields, spi });
    if (protocol === (family === 4 ? 1 : 58)) return flowKey({ ...fields, identifier: sourcePort });
    return flowKey(fields);
  });
