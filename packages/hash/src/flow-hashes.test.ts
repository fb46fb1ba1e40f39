import { describe, expect, it } from 'vitest';
import { crc32cBytes } from './crc32c.ts';
import { runFlowHashSuite } from './flow-hash.suite.ts';
import { FLOW_HASHES, findFlowHash } from './flow-hashes.ts';
import { fnv1aBytes } from './fnv1a.ts';
import { createMurmur3, murmur3Bytes } from './murmur3.ts';
import { createToeplitz, toeplitz, toeplitzSymmetric } from './toeplitz.ts';
import { createXxhash32, xxhash32Bytes } from './xxhash32.ts';

const BYTES: Record<string, (bytes: Uint8Array) => number> = {
  crc32c: crc32cBytes,
  toeplitz: (bytes) => toeplitz.hashBytes(bytes),
  'toeplitz-symmetric': (bytes) => toeplitzSymmetric.hashBytes(bytes),
  xxhash32: (bytes) => xxhash32Bytes(bytes),
  murmur3: (bytes) => murmur3Bytes(bytes),
  fnv1a: fnv1aBytes,
};

const LINEAR = {
  reason: 'linear: one input bit always flips the same output bits',
  tests: ['avalanche per bit'],
} as const;
const WEAK = {
  reason: 'weak: the last bytes pass through few multiplications',
  tests: ['avalanche per bit'],
} as const;
const SKIPS: Record<string, typeof LINEAR | typeof WEAK> = {
  crc32c: LINEAR,
  toeplitz: LINEAR,
  'toeplitz-symmetric': LINEAR,
  fnv1a: WEAK,
};

for (const hash of FLOW_HASHES.values()) {
  runFlowHashSuite({
    make: () => hash,
    bytes: BYTES[hash.name],
    symmetricByItself: hash === toeplitzSymmetric,
    skip: hash.name in SKIPS ? [SKIPS[hash.name]] : [],
  });
}

runFlowHashSuite({
  make: () => createXxhash32({ seed: 0xdeadbeef, name: 'xxhash32-seeded' }),
  bytes: (bytes) => xxhash32Bytes(bytes, 0xdeadbeef),
  symmetricByItself: false,
  skip: [],
});
runFlowHashSuite({
  make: () => createMurmur3({ seed: 0x9747b28c, name: 'murmur3-seeded' }),
  bytes: (bytes) => murmur3Bytes(bytes, 0x9747b28c),
  symmetricByItself: false,
  skip: [],
});
const oddKey = Uint8Array.from({ length: 53 }, (_, i) => (i * 167 + 13) & 255);
const odd = createToeplitz({ key: oddKey, name: 'toeplitz with a key of 53 bytes' });
runFlowHashSuite({ make: () => odd, bytes: (bytes) => odd.hashBytes(bytes), symmetricByItself: false, skip: [LINEAR] });

describe('FLOW_HASHES', () => {
  it('R-hash-9: holds each function under its own name, the default first', () => {
    expect([...FLOW_HASHES].map(([name, hash]) => [name, hash.name])).toEqual(
      ['crc32c', 'toeplitz', 'toeplitz-symmetric', 'xxhash32', 'murmur3', 'fnv1a'].map((name) => [name, name]),
    );
  });

  it('findFlowHash() throws with the names that would work', () => {
    expect(() => findFlowHash('md5')).toThrow(
      new RangeError(
        'Cannot find hash function: name must be one of crc32c, toeplitz, toeplitz-symmetric, xxhash32, murmur3, fnv1a: got "md5"',
      ),
    );
  });

  it('toeplitz-symmetric has 16 bits of information: both halves are equal', () => {
    const value = toeplitzSymmetric.hash(Int32Array.of(0x0a000001, 0x0a000002, 0x04d201bb, 6), 0, 4);
    expect(value >>> 16).toBe(value & 0xffff);
  });
});
