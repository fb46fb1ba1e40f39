import fc from 'fast-check';
import { flowKey } from './flow-key.ts';

const word = fc.oneof(fc.constantFrom(0, 1, -1, 0xffff, 0x7fffffff, -0x80000000), fc.integer());

/** Flow keys of every kind: IPv4 and IPv6, all selector kinds, equal and nearly equal addresses among them. */
export const arbitraryFlow: fc.Arbitrary<Int32Array> = fc
  .record({
    family: fc.constantFrom<4 | 6>(4, 6),
    source: fc.array(word, { minLength: 4, maxLength: 4 }),
    destination: fc.array(word, { minLength: 4, maxLength: 4 }),
    same: fc.constantFrom(0, 0, 0, 1, 3, 4),
    protocol: fc.oneof(fc.constantFrom(6, 17, 132, 50, 51, 1, 58, 47), fc.nat(255)),
    sourcePort: fc.nat(0xffff),
    destinationPort: fc.nat(0xffff),
    spi: fc.nat(0xffffffff),
  })
  .map(({ family, source, destination, same, protocol, sourcePort, destinationPort, spi }) => {
    const words = (list: number[]): Int32Array =>
      Int32Array.from(list, (value, i) => (family === 6 || i === 0 ? value : 0));
    const fields = {
      source: { family, words: words(source) },
      destination: { family, words: words(destination.map((value, i) => (i < same ? source[i] : value))) },
      protocol,
    };
    if ([6, 17, 132].includes(protocol)) return flowKey({ ...fields, sourcePort, destinationPort });
    if ([50, 51].includes(protocol)) return flowKey({ ...fields, spi });
    if ([1, 58].includes(protocol)) return flowKey({ ...fields, identifier: sourcePort });
    return flowKey(fields);
  });
