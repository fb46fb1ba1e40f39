import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crc32cBytes } from './crc32c.ts';
import { fnv1aBytes } from './fnv1a.ts';
import { createMurmur3, murmur3Bytes } from './murmur3.ts';
import { createToeplitz, RSS_DEFAULT_KEY, RSS_SYMMETRIC_KEY, toeplitz, toeplitzSymmetric } from './toeplitz.ts';
import { createXxhash32, xxhash32Bytes } from './xxhash32.ts';

const bytesOf = (hex: string): Uint8Array =>
  Uint8Array.from(hex.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
const hex = (value: number): string => value.toString(16).padStart(8, '0');
const anyBytes = fc.uint8Array({ maxLength: 100 });
const M = 0xffffffffn;

describe('crc32c', () => {
  // RFC 3720 appendix B.4, which prints the checksum as four bytes, the lowest first; the last but one row is the check
  // value of CRC-32/ISCSI in the RevEng catalogue
  it.each([
    ['32 bytes of zeroes', '00'.repeat(32), '8a9136aa'],
    ['32 bytes of ones', 'ff'.repeat(32), '62a8ab43'],
    ['32 bytes rising', '000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f', '46dd794e'],
    ['32 bytes falling', '1f1e1d1c1b1a191817161514131211100f0e0d0c0b0a09080706050403020100', '113fdb5c'],
    [
      'iSCSI Read (10) command',
      '01c000000000000000000000000000001400000000000400000000140000001828000000000000000200000000000000',
      'd9963a56',
    ],
    ['"123456789"', '313233343536373839', 'e3069283'],
    ['nothing', '', '00000000'],
  ])('gives the published value of %s', (_, input, expected) => {
    expect(hex(crc32cBytes(bytesOf(input)))).toBe(expected);
  });

  it('agrees with polynomial division in BigInt', () => {
    // The message as a polynomial, reflected byte by byte, times x^32, modulo the polynomial 0x1edc6f41
    const reflect = (value: bigint, bits: number): bigint =>
      BigInt(`0b${value.toString(2).padStart(bits, '0').split('').reverse().join('')}`);
    const slow = (bytes: Uint8Array): number => {
      if (bytes.length === 0) return 0;
      let message = 0n;
      for (const byte of bytes) message = (message << 8n) | reflect(BigInt(byte), 8);
      const bits = BigInt(bytes.length * 8);
      message = (message << 32n) ^ (M << bits);
      for (let bit = bits - 1n; bit >= 0n; bit--) {
        if ((message >> (bit + 32n)) & 1n) message ^= 0x11edc6f41n << bit;
      }
      return Number(reflect(message ^ M, 32));
    };
    fc.assert(
      fc.property(anyBytes, (bytes) => {
        expect(crc32cBytes(bytes)).toBe(slow(bytes));
      }),
      { seed: 11 },
    );
  });

  it('has the byte table of its polynomial: single bytes agree with division bit by bit', () => {
    for (let byte = 0; byte < 256; byte++) {
      let value = (byte ^ 0xff) | 0xffffff00;
      for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0x82f63b78 : value >>> 1;
      expect(crc32cBytes(Uint8Array.of(byte))).toBe(~value >>> 0);
    }
  });
});

describe('toeplitz', () => {
  // Microsoft Learn, "Verifying the RSS Hash Calculation"; the same table in the Intel 82599 datasheet, 7.1.2.8.3.
  // Input: source address, destination address (network order), then with the ports; and the values of both.
  const RSS_VECTORS: [string, string, string, string, string][] = [
    ['66.9.149.187:2794 > 161.142.100.80:1766', '420995bba18e6450', '323e8fc2', '0aea06e6', '51ccc178'],
    ['199.92.111.2:14230 > 65.69.140.83:4739', 'c75c6f0241458c53', 'd718262a', '37961283', 'c626b0ea'],
    ['24.19.198.95:12898 > 12.22.207.184:38024', '1813c65f0c16cfb8', 'd2d0a5de', '32629488', '5c2b394a'],
    ['38.27.205.30:48228 > 209.142.163.6:2217', '261bcd1ed18ea306', '82989176', 'bc6408a9', 'afc7327f'],
    ['153.39.163.191:44251 > 202.188.127.2:1303', '9927a3bfcabc7f02', '5d1809c5', 'acdb0517', '10e828a2'],
    [
      '[3ffe:2501:200:1fff::7]:2794 > [3ffe:2501:200:3::1]:1766',
      '3ffe250102001fff00000000000000073ffe2501020000030000000000000001',
      '2cc18cd5',
      '0aea06e6',
      '40207d3d',
    ],
    [
      '[3ffe:501:8::260:97ff:fe40:efab]:14230 > [ff02::1]:4739',
      '3ffe050100080000026097fffe40efabff020000000000000000000000000001',
      '0f0c461c',
      '37961283',
      'dde51bbf',
    ],
    [
      '[3ffe:1900:4545:3:200:f8ff:fe21:67cf]:44251 > [fe80::200:f8ff:fe21:67cf]:38024',
      '3ffe1900454500030200f8fffe2167cffe800000000000000200f8fffe2167cf',
      '4b61e985',
      'acdb9488',
      '02d1feef',
    ],
  ];
  it.each(RSS_VECTORS)('gives the published values of %s', (_, addresses, ofAddresses, ports, ofPorts) => {
    expect(hex(toeplitz.hashBytes(bytesOf(addresses)))).toBe(ofAddresses);
    expect(hex(toeplitz.hashBytes(bytesOf(addresses + ports)))).toBe(ofPorts);
  });

  // No published table; each value follows from the key 0x6d5a... (Woo and Park 2012) and was checked in both directions
  it.each([
    [RSS_VECTORS[0], '0a590a59', '9fcc9fcc'],
    [RSS_VECTORS[1], '7ba97ba9', '60d760d7'],
    [RSS_VECTORS[5], '867e867e', '13eb13eb'],
    [RSS_VECTORS[7], 'c85ec85e', '08090809'],
  ] as const)(
    'with the symmetric key gives both directions one value: %s',
    ([, addresses, , ports], ofAddresses, ofPorts) => {
      const half = addresses.length / 2;
      const reversed = addresses.slice(half) + addresses.slice(0, half);
      const reversedPorts = ports.slice(4) + ports.slice(0, 4);
      for (const input of [addresses, reversed])
        expect(hex(toeplitzSymmetric.hashBytes(bytesOf(input)))).toBe(ofAddresses);
      for (const input of [addresses + ports, reversed + reversedPorts]) {
        expect(hex(toeplitzSymmetric.hashBytes(bytesOf(input)))).toBe(ofPorts);
      }
    },
  );

  it('agrees with the definition, bit by bit in BigInt, the key used cyclically', () => {
    const slow = (key: Uint8Array, bytes: Uint8Array): number => {
      const bits = [...key].map((byte) => byte.toString(2).padStart(8, '0')).join('');
      let result = 0n;
      for (let i = 0; i < bytes.length * 8; i++) {
        if (((bytes[i >> 3] >> (7 - (i & 7))) & 1) === 0) continue;
        let window = '';
        for (let k = 0; k < 32; k++) window += bits[(i + k) % bits.length];
        result ^= BigInt(`0b${window}`);
      }
      return Number(result);
    };
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 4, maxLength: 128 }), anyBytes, (key, bytes) => {
        expect(createToeplitz({ key }).hashBytes(bytes)).toBe(slow(key, bytes));
        expect(toeplitz.hashBytes(bytes)).toBe(slow(RSS_DEFAULT_KEY, bytes));
        expect(toeplitzSymmetric.hashBytes(bytes)).toBe(slow(RSS_SYMMETRIC_KEY, bytes));
      }),
      { seed: 12, numRuns: 50 },
    );
  });

  it.each([0, 3, 129])('createToeplitz() throws for a key of %i bytes', (length) => {
    expect(() => createToeplitz({ key: new Uint8Array(length) })).toThrow(
      new RangeError(`Cannot create Toeplitz hash: key must have 4 to 128 bytes: got ${length}`),
    );
  });
});

describe('xxhash32', () => {
  const LONG = `9eff1f4b5e532fddb5544d2a952b57ae5dba74e9d3a64c983060c080${'00'.repeat(73)}`;
  // xxHash reference test suite (sanity buffer, prime seed 2654435761); from "a" on: xxhsum -H32 0.8
  it.each([
    ['', 0, '02cc5d05'],
    ['', 2654435761, '36b78ae7'],
    ['9e', 0, 'b85cbee5'],
    ['9e', 2654435761, 'd5845d64'],
    ['9eff1f4b5e532fddb5544d2a952b', 0, 'e5aa0ab4'],
    ['9eff1f4b5e532fddb5544d2a952b', 2654435761, '4481951d'],
    [LONG, 0, '1f1aa412'],
    [LONG, 2654435761, '498ec8e2'],
    ['61', 0, '550d7456'],
    ['616263', 0, '32d153ff'],
    ['313233343536373839', 0, '937bad67'],
    ['4e6f626f647920696e73706563747320746865207370616d6d6973682072657065746974696f6e', 0, 'e2293b2f'],
    ['000102030405060708090a0b', 0, '606734ab'],
    ['000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20212223', 0, '58118a69'],
  ])('gives the published value of %s with seed %i', (input, seed, expected) => {
    expect(hex(xxhash32Bytes(bytesOf(input), seed))).toBe(expected);
  });

  it('agrees with the specification in BigInt', () => {
    const [P1, P2, P3, P4, P5] = [2654435761n, 2246822519n, 3266489917n, 668265263n, 374761393n];
    const rotate = (value: bigint, bits: bigint): bigint => ((value << bits) | (value >> (32n - bits))) & M;
    const slow = (bytes: Uint8Array, seed: bigint): number => {
      const word = (i: number): bigint => BigInt(new DataView(bytes.buffer, bytes.byteOffset).getUint32(i, true));
      let i = 0;
      let acc = (seed + P5) & M;
      if (bytes.length >= 16) {
        const lanes = [seed + P1 + P2, seed + P2, seed, seed - P1].map((lane) => lane & M);
        for (; i + 16 <= bytes.length; i += 16) {
          lanes.forEach((lane, k) => {
            lanes[k] = (rotate((lane + word(i + 4 * k) * P2) & M, 13n) * P1) & M;
          });
        }
        acc = (rotate(lanes[0], 1n) + rotate(lanes[1], 7n) + rotate(lanes[2], 12n) + rotate(lanes[3], 18n)) & M;
      }
      acc = (acc + BigInt(bytes.length)) & M;
      for (; i + 4 <= bytes.length; i += 4) acc = (rotate((acc + word(i) * P3) & M, 17n) * P4) & M;
      for (; i < bytes.length; i++) acc = (rotate((acc + BigInt(bytes[i]) * P5) & M, 11n) * P1) & M;
      acc = ((acc ^ (acc >> 15n)) * P2) & M;
      acc = ((acc ^ (acc >> 13n)) * P3) & M;
      return Number(acc ^ (acc >> 16n));
    };
    fc.assert(
      fc.property(anyBytes, fc.nat(0xffffffff), (bytes, seed) => {
        expect(xxhash32Bytes(bytes, seed)).toBe(slow(bytes, BigInt(seed)));
      }),
      { seed: 13 },
    );
  });
});

/** The verification code of SMHasher: keys 0, 01, 012, ... with seeds 256, 255, ..., their values hashed with seed 0. */
function smhasherCode(hash: (bytes: Uint8Array, seed: number) => number): string {
  const key = Uint8Array.from({ length: 256 }, (_, i) => i);
  const values = new DataView(new ArrayBuffer(1024));
  for (let i = 0; i < 256; i++) values.setUint32(i * 4, hash(key.subarray(0, i), 256 - i), true);
  return hex(hash(new Uint8Array(values.buffer), 0));
}

describe('murmur3', () => {
  // Published by Ian Boyd, https://stackoverflow.com/questions/14747343
  it.each([
    ['', 0, '00000000'],
    ['', 1, '514e28b7'],
    ['', 0xffffffff, '81f16f39'],
    ['ffffffff', 0, '76293b50'],
    ['21436587', 0, 'f55b516b'],
    ['21436587', 0x5082edee, '2362f9de'],
    ['214365', 0, '7e4a8634'],
    ['2143', 0, 'a0f7b07a'],
    ['21', 0, '72661cf4'],
    ['00000000', 0, '2362f9de'],
    ['000000', 0, '85f0b427'],
    ['0000', 0, '30f4c306'],
    ['00', 0, '514e28b7'],
    ['61616161', 0x9747b28c, '5a97808a'],
    ['616161', 0x9747b28c, '283e0130'],
    ['6161', 0x9747b28c, '5d211726'],
    ['61', 0x9747b28c, '7fa09ea6'],
    ['61626364', 0x9747b28c, 'f0478627'],
    ['616263', 0x9747b28c, 'c84a62dd'],
    ['6162', 0x9747b28c, '74875592'],
    ['48656c6c6f2c20776f726c6421', 0x9747b28c, '24884cba'],
    ['54686520717569636b2062726f776e20666f78206a756d7073206f76657220746865206c617a7920646f67', 0x9747b28c, '2fa826cd'],
  ])('gives the published value of %s with seed %i', (input, seed, expected) => {
    expect(hex(murmur3Bytes(bytesOf(input), seed))).toBe(expected);
  });

  it('has the verification code that SMHasher states for MurmurHash3_x86_32', () => {
    expect(smhasherCode(murmur3Bytes)).toBe('b0f57ee3');
  });

  it('agrees with the algorithm in BigInt', () => {
    const rotate = (value: bigint, bits: bigint): bigint => ((value << bits) | (value >> (32n - bits))) & M;
    const slow = (bytes: Uint8Array, seed: bigint): number => {
      let acc = seed;
      for (let i = 0; i < bytes.length; i += 4) {
        let word = 0n;
        for (let k = Math.min(4, bytes.length - i) - 1; k >= 0; k--) word = (word << 8n) | BigInt(bytes[i + k]);
        acc ^= (rotate((word * 0xcc9e2d51n) & M, 15n) * 0x1b873593n) & M;
        if (i + 4 <= bytes.length) acc = (rotate(acc, 13n) * 5n + 0xe6546b64n) & M;
      }
      acc ^= BigInt(bytes.length);
      acc = ((acc ^ (acc >> 16n)) * 0x85ebca6bn) & M;
      acc = ((acc ^ (acc >> 13n)) * 0xc2b2ae35n) & M;
      return Number(acc ^ (acc >> 16n));
    };
    fc.assert(
      fc.property(anyBytes, fc.nat(0xffffffff), (bytes, seed) => {
        expect(murmur3Bytes(bytes, seed)).toBe(slow(bytes, BigInt(seed)));
      }),
      { seed: 14 },
    );
  });
});

describe('fnv1a', () => {
  // Landon Curt Noll's test vectors, also in draft-eastlake-fnv
  it.each([
    ['', '811c9dc5'],
    ['61', 'e40c292c'],
    ['666f6f626172', 'bf9cf968'],
  ])('gives the published value of %s', (input, expected) => {
    expect(hex(fnv1aBytes(bytesOf(input)))).toBe(expected);
  });

  it('agrees with the definition in BigInt', () => {
    fc.assert(
      fc.property(anyBytes, (bytes) => {
        const slow = bytes.reduce((acc, byte) => ((acc ^ BigInt(byte)) * 0x01000193n) & M, 0x811c9dc5n);
        expect(fnv1aBytes(bytes)).toBe(Number(slow));
      }),
      { seed: 15 },
    );
  });
});

describe('seeds', () => {
  it.each([-1, 1.5, 2 ** 32, Number.NaN])('are refused outside 0 to 2^32 - 1: %d', (seed) => {
    const rule = `seed must be an integer from 0 to 4294967295: got ${seed}`;
    expect(() => createXxhash32({ seed })).toThrow(new RangeError(`Cannot create xxhash32: ${rule}`));
    expect(() => createMurmur3({ seed })).toThrow(new RangeError(`Cannot create murmur3: ${rule}`));
    expect(() => xxhash32Bytes(new Uint8Array(0), seed)).toThrow(RangeError);
    expect(() => murmur3Bytes(new Uint8Array(0), seed)).toThrow(RangeError);
  });
});
