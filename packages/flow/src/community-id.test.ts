import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { communityId } from './community-id.ts';
import { reverseFlow } from './direction.ts';
import { flowKey } from './flow-key.ts';
import { parseFlow } from './flow-text.ts';
import { selectorKind } from './protocol.ts';
import { arbitraryFlow } from './test-data.suite.ts';

type Row = readonly [
  protocol: number,
  source: string,
  destination: string,
  sourcePort: number | undefined,
  destinationPort: number | undefined,
  base64: string,
  base64OfSeed1: string,
  hex: string,
];

// corelight/community-id-spec (BSD-3-Clause), commit b1fe530f, baseline/README.md: the tables for default settings, for
// seed 1 and without base64 side by side, each without its "1:". Ports of ICMP are type and code.
const TABLES: readonly Row[] = [
  [
    6,
    '1.2.3.4',
    '5.6.7.8',
    1122,
    3344,
    'wCb3OG7yAFWelaUydu0D+125CLM=',
    'HhA1B+6CoLbiKPEs5nhNYN4XWfk=',
    'c026f7386ef200559e95a53276ed03fb5db908b3',
  ],
  [
    6,
    '5.6.7.8',
    '1.2.3.4',
    3344,
    1122,
    'wCb3OG7yAFWelaUydu0D+125CLM=',
    'HhA1B+6CoLbiKPEs5nhNYN4XWfk=',
    'c026f7386ef200559e95a53276ed03fb5db908b3',
  ],
  [
    17,
    '1.2.3.4',
    '5.6.7.8',
    1122,
    3344,
    '0Mu9InQx6z4ZiCZM/7HXi2WMhOg=',
    'OShq+iKDAMVouh/4bMxB9Sz4amw=',
    'd0cbbd227431eb3e1988264cffb1d78b658c84e8',
  ],
  [
    17,
    '5.6.7.8',
    '1.2.3.4',
    3344,
    1122,
    '0Mu9InQx6z4ZiCZM/7HXi2WMhOg=',
    'OShq+iKDAMVouh/4bMxB9Sz4amw=',
    'd0cbbd227431eb3e1988264cffb1d78b658c84e8',
  ],
  [
    132,
    '1.2.3.4',
    '5.6.7.8',
    1122,
    3344,
    'EKt4MsxuyaE6mL+hmrEkQ9csDD8=',
    'uitchpn5MMGAQKBJh7bIr/bAr7s=',
    '10ab7832cc6ec9a13a98bfa19ab12443d72c0c3f',
  ],
  [
    132,
    '5.6.7.8',
    '1.2.3.4',
    3344,
    1122,
    'EKt4MsxuyaE6mL+hmrEkQ9csDD8=',
    'uitchpn5MMGAQKBJh7bIr/bAr7s=',
    '10ab7832cc6ec9a13a98bfa19ab12443d72c0c3f',
  ],
  [
    1,
    '1.2.3.4',
    '5.6.7.8',
    8,
    0,
    'crodRHL2FEsHjbv3UkRrfbs4bZ0=',
    '9pr4ZGTICiuZoIh90RRYE2RyXpU=',
    '72ba1d4472f6144b078dbbf752446b7dbb386d9d',
  ],
  [
    1,
    '5.6.7.8',
    '1.2.3.4',
    0,
    0,
    'crodRHL2FEsHjbv3UkRrfbs4bZ0=',
    '9pr4ZGTICiuZoIh90RRYE2RyXpU=',
    '72ba1d4472f6144b078dbbf752446b7dbb386d9d',
  ],
  [
    1,
    '1.2.3.4',
    '5.6.7.8',
    11,
    0,
    'f/YiSyWqczrTgfUCZlBUnvHRcPk=',
    '1DD7cWGC/Yg91YGsQeni8du3pIA=',
    '7ff6224b25aa733ad381f5026650549ef1d170f9',
  ],
  [
    58,
    'fe80:0001:0203:0405:0607:0809:0A0B:0C0D',
    'fe80:1011:1213:1415:1617:1819:1A1B:1C1D',
    128,
    0,
    '0bf7hyMJUwt3fMED7z8LIfRpBeo=',
    'IO27GQzPuCtNnwFvjWALMHu5tJE=',
    'd1b7fb872309530b777cc103ef3f0b21f46905ea',
  ],
  [
    58,
    'fe80:1011:1213:1415:1617:1819:1A1B:1C1D',
    'fe80:0001:0203:0405:0607:0809:0A0B:0C0D',
    129,
    0,
    '0bf7hyMJUwt3fMED7z8LIfRpBeo=',
    'IO27GQzPuCtNnwFvjWALMHu5tJE=',
    'd1b7fb872309530b777cc103ef3f0b21f46905ea',
  ],
  [
    58,
    'fe80:0001:0203:0405:0607:0809:0A0B:0C0D',
    'fe80:1011:1213:1415:1617:1819:1A1B:1C1D',
    146,
    0,
    'fYC8+pz24E+EhANP1EZhpX0Dw10=',
    'Cv4IKJe56BNkF0MBW2YxQ3Nwc3s=',
    '7d80bcfa9cf6e04f8484034fd44661a57d03c35d',
  ],
  [
    46,
    '1.2.3.4',
    '5.6.7.8',
    undefined,
    undefined,
    'ikv3kmf89luf73WPz1jOs49S768=',
    '/buhqeOmaRCopOZFy9HnoJd5XW8=',
    '8a4bf79267fcf65b9fef758fcf58ceb38f52efaf',
  ],
  [
    46,
    '5.6.7.8',
    '1.2.3.4',
    undefined,
    undefined,
    'ikv3kmf89luf73WPz1jOs49S768=',
    '/buhqeOmaRCopOZFy9HnoJd5XW8=',
    '8a4bf79267fcf65b9fef758fcf58ceb38f52efaf',
  ],
  [
    46,
    'fe80:0001:0203:0405:0607:0809:0A0B:0C0D',
    'fe80:1011:1213:1415:1617:1819:1A1B:1C1D',
    undefined,
    undefined,
    'wQ/2mwrnXP4lmJcHdGL5ePjR+e0=',
    'j6EyyfBzL4vWKHFXgUqb5Az3OxM=',
    'c10ff69b0ae75cfe259897077462f978f8d1f9ed',
  ],
  [
    46,
    'fe80:1011:1213:1415:1617:1819:1A1B:1C1D',
    'fe80:0001:0203:0405:0607:0809:0A0B:0C0D',
    undefined,
    undefined,
    'wQ/2mwrnXP4lmJcHdGL5ePjR+e0=',
    'j6EyyfBzL4vWKHFXgUqb5Az3OxM=',
    'c10ff69b0ae75cfe259897077462f978f8d1f9ed',
  ],
];

// The same, baseline/baseline_*.json: flows of its pcaps. Ports of ICMP are type and counterpart, or type and code.
const BASELINES: readonly Row[] = [
  [
    58,
    'fe80::200:86ff:fe05:80da',
    'fe80::260:97ff:fe07:69ea',
    135,
    136,
    'dGHyGvjMfljg6Bppwm3bg0LO8TY=',
    'kHa1FhMYIT6Ym2Vm2AOtoOARDzY=',
    '7461f21af8cc7e58e0e81a69c26ddb8342cef136',
  ],
  [
    58,
    'fe80::260:97ff:fe07:69ea',
    'fe80::200:86ff:fe05:80da',
    136,
    135,
    'dGHyGvjMfljg6Bppwm3bg0LO8TY=',
    'kHa1FhMYIT6Ym2Vm2AOtoOARDzY=',
    '7461f21af8cc7e58e0e81a69c26ddb8342cef136',
  ],
  [
    58,
    'fe80::260:97ff:fe07:69ea',
    'fe80::200:86ff:fe05:80da',
    135,
    136,
    'zavyT/cezQr1fmImYCwYnMXbgck=',
    '2hSqmsDZ2kdcY9kbiUzOEBic0iM=',
    'cdabf24ff71ecd0af57e6226602c189cc5db81c9',
  ],
  [
    58,
    'fe80::200:86ff:fe05:80da',
    'fe80::260:97ff:fe07:69ea',
    136,
    135,
    'zavyT/cezQr1fmImYCwYnMXbgck=',
    '2hSqmsDZ2kdcY9kbiUzOEBic0iM=',
    'cdabf24ff71ecd0af57e6226602c189cc5db81c9',
  ],
  [
    58,
    '3ffe:501:1800:2345::2',
    '3ffe:507:0:1:200:86ff:fe05:80da',
    3,
    0,
    '2ObVBgIn28oZvibYZhZMBgh7WdQ=',
    'lVEtCZpYu84Xqaa++3lXFyuu2n4=',
    'd8e6d5060227dbca19be26d866164c06087b59d4',
  ],
  [
    58,
    '3ffe:501:410:0:2c0:dfff:fe47:33e',
    '3ffe:507:0:1:200:86ff:fe05:80da',
    1,
    4,
    'hLZd0XGWojozrvxqE0dWB1iM6R0=',
    'W8MHwXpWzpoSTD+cGcaJr4u0ys8=',
    '84b65dd17196a23a33aefc6a13475607588ce91d',
  ],
  [
    58,
    '3ffe:507:0:1:200:86ff:fe05:80da',
    '3ffe:501:0:1001::2',
    128,
    129,
    '+TW+HtLHvV1xnGhV1lv7XoJrqQg=',
    'GfZxjAkDk2MkegpBYHV6tadtFXQ=',
    'f935be1ed2c7bd5d719c6855d65bfb5e826ba908',
  ],
  [
    58,
    '3ffe:501:0:1001::2',
    '3ffe:507:0:1:200:86ff:fe05:80da',
    129,
    128,
    '+TW+HtLHvV1xnGhV1lv7XoJrqQg=',
    'GfZxjAkDk2MkegpBYHV6tadtFXQ=',
    'f935be1ed2c7bd5d719c6855d65bfb5e826ba908',
  ],
  [
    58,
    'fe80::200:86ff:fe05:80da',
    'ff02::2',
    133,
    134,
    'hO+sN4H+MG5MY/8hIrXPqc4ZQz0=',
    'L7Ka0ZMYu+J3bL4ulW2PrqyXNo8=',
    '84efac3781fe306e4c63ff2122b5cfa9ce19433d',
  ],
  [
    58,
    'fe80::260:97ff:fe07:69ea',
    'ff02::1',
    134,
    133,
    'pkvHqCL88/tg1k4cPigmZXUtL00=',
    'K/ee5UCqAMAQXDorP5nSa2CGLjc=',
    'a64bc7a822fcf3fb60d64e1c3e282665752d2f4d',
  ],
  [
    1,
    '192.168.0.89',
    '192.168.0.1',
    8,
    0,
    'X0snYXpgwiv9TZtqg64sgzUn6Dk=',
    '03g6IloqVBdcZlPyX8r0hgoE7kA=',
    '5f4b27617a60c22bfd4d9b6a83ae2c833527e839',
  ],
  [
    1,
    '192.168.0.1',
    '192.168.0.89',
    0,
    8,
    'X0snYXpgwiv9TZtqg64sgzUn6Dk=',
    '03g6IloqVBdcZlPyX8r0hgoE7kA=',
    '5f4b27617a60c22bfd4d9b6a83ae2c833527e839',
  ],
  [
    1,
    '10.0.0.1',
    '10.0.0.2',
    11,
    0,
    'YHxtAirCG//0OzkcVAukqKQN9xM=',
    'XjUibYHaafLQ3pxQeiMI8g25q20=',
    '607c6d022ac21bfff43b391c540ba4a8a40df713',
  ],
  [
    6,
    '2001:470:e5bf:dead:4957:2174:e82c:4887',
    '2607:f8b0:400c:c03::1a',
    63943,
    25,
    '/qFaeAR+gFe1KYjMzVDsMv+wgU4=',
    'eJYTW6AOzFLlSUoESovMjnu7rMw=',
    'fea15a78047e8057b52988cccd50ec32ffb0814e',
  ],
  [
    6,
    '2607:f8b0:400c:c03::1a',
    '2001:470:e5bf:dead:4957:2174:e82c:4887',
    25,
    63943,
    '/qFaeAR+gFe1KYjMzVDsMv+wgU4=',
    'eJYTW6AOzFLlSUoESovMjnu7rMw=',
    'fea15a78047e8057b52988cccd50ec32ffb0814e',
  ],
  [
    132,
    '192.168.170.8',
    '192.168.170.56',
    7,
    7,
    'MP2EtRCAUIZvTw6MxJHLV7N7JDs=',
    '5w3ZRjeKBzqT3zsaEECDGjUbYeg=',
    '30fd84b5108050866f4f0e8cc491cb57b37b243b',
  ],
  [
    132,
    '192.168.170.56',
    '192.168.170.8',
    7,
    7,
    'MP2EtRCAUIZvTw6MxJHLV7N7JDs=',
    '5w3ZRjeKBzqT3zsaEECDGjUbYeg=',
    '30fd84b5108050866f4f0e8cc491cb57b37b243b',
  ],
  [
    6,
    '128.232.110.120',
    '66.35.250.204',
    34855,
    80,
    'LQU9qZlK+B5F3KDmev6m5PMibrg=',
    '3V71V58M3Ksw/yuFALMcW0LAHvc=',
    '2d053da9994af81e45dca0e67afea6e4f3226eb8',
  ],
  [
    6,
    '66.35.250.204',
    '128.232.110.120',
    80,
    34855,
    'LQU9qZlK+B5F3KDmev6m5PMibrg=',
    '3V71V58M3Ksw/yuFALMcW0LAHvc=',
    '2d053da9994af81e45dca0e67afea6e4f3226eb8',
  ],
  [
    17,
    '192.168.1.52',
    '8.8.8.8',
    54585,
    53,
    'd/FP5EW3wiY1vCndhwleRRKHowQ=',
    'Q9We8WO3piVF8yEQBNJF4uiSVrI=',
    '77f14fe445b7c22635bc29dd87095e451287a304',
  ],
  [
    17,
    '8.8.8.8',
    '192.168.1.52',
    53,
    54585,
    'd/FP5EW3wiY1vCndhwleRRKHowQ=',
    'Q9We8WO3piVF8yEQBNJF4uiSVrI=',
    '77f14fe445b7c22635bc29dd87095e451287a304',
  ],
  [
    46,
    '10.1.12.1',
    '10.1.12.2',
    undefined,
    undefined,
    'KHlLkgoJW7ifUTyTSgyVfkFHzKw=',
    'rYir8gphR31noO9iDRQmF/BteEI=',
    '28794b920a095bb89f513c934a0c957e4147ccac',
  ],
  [
    46,
    '10.1.12.2',
    '10.1.12.1',
    undefined,
    undefined,
    'KHlLkgoJW7ifUTyTSgyVfkFHzKw=',
    'rYir8gphR31noO9iDRQmF/BteEI=',
    '28794b920a095bb89f513c934a0c957e4147ccac',
  ],
];

function check(row: Row): void {
  const [protocol, source, destination, sourcePort, destinationPort, base64, base64OfSeed1, hex] = row;
  const kind = selectorKind(protocol);
  const ports = kind === 'ports' ? { sourcePort: sourcePort ?? 0, destinationPort: destinationPort ?? 0 } : {};
  const key = flowKey({ source, destination, protocol, ...ports });
  // the counterpart of a paired type is not its code, and takes no part
  const icmp = kind === 'identifier' ? { icmpType: sourcePort ?? 0, icmpCode: destinationPort ?? 0 } : {};
  expect([
    communityId(key, 0, icmp),
    communityId(key, 0, { seed: 1, ...icmp }),
    communityId(key, 0, { encoding: 'hex', ...icmp }),
  ]).toEqual([`1:${base64}`, `1:${base64OfSeed1}`, `1:${hex}`]);
}

describe('communityId()', () => {
  it.each(TABLES)('gives the published ID of protocol %i, %s > %s, %s, %s', (...row) => check(row));
  it.each(BASELINES)('gives the published ID of the captured flow %i, %s > %s, %s, %s', (...row) => check(row));

  it('agrees with the definition, over node:crypto, for every key, and in both directions', () => {
    const slow = (key: Int32Array, seed: number): string => {
      const length = key[9] >>> 8 === 4 ? 4 : 16;
      const bytes = Buffer.alloc(40);
      for (let i = 0; i < 9; i++) bytes.writeInt32BE(key[i], i * 4);
      const hasPorts = selectorKind(key[9] & 255) === 'ports';
      const ends = [
        [bytes.subarray(0, length), hasPorts ? bytes.subarray(32, 34) : Buffer.alloc(0)],
        [bytes.subarray(16, 16 + length), hasPorts ? bytes.subarray(34, 36) : Buffer.alloc(0)],
      ].sort((a, b) => Buffer.compare(Buffer.concat(a), Buffer.concat(b)));
      const middle = Buffer.of(key[9] & 255, 0);
      const head = Buffer.of(seed >> 8, seed & 255);
      const message = Buffer.concat([head, ends[0][0], ends[1][0], middle, ends[0][1], ends[1][1]]);
      return `1:${createHash('sha1').update(message).digest('base64')}`;
    };
    fc.assert(
      fc.property(arbitraryFlow, fc.nat(0xffff), (key, seed) => {
        fc.pre(selectorKind(key[9] & 255) !== 'identifier');
        const array = Int32Array.of(1, ...key);
        expect(communityId(array, 1, { seed })).toBe(slow(key, seed));
        expect(communityId(reverseFlow(key), 0, { seed })).toBe(slow(key, seed));
      }),
      { seed: 61, numRuns: 500 },
    );
  });

  it('tells the two directions of an unpaired ICMP message apart', () => {
    const key = parseFlow('10.0.0.1 > 10.0.0.2/icmp');
    const options = { icmpType: 3, icmpCode: 1 };
    expect(communityId(key, 0, options)).not.toBe(communityId(reverseFlow(key), 0, options));
  });

  it('takes the code as 0 where it is not given', () => {
    const key = parseFlow('10.0.0.1 > 10.0.0.2/icmp');
    expect(communityId(key, 0, { icmpType: 3 })).toBe(communityId(key, 0, { icmpType: 3, icmpCode: 0 }));
  });

  it.each(['10.0.0.1 > 10.0.0.2/58', '2001:db8::1 > 2001:db8::2/1'])(
    'gives no ID for ICMP of the other IP version: %s',
    (text) => {
      expect(communityId(parseFlow(text), 0, { icmpType: 8, icmpCode: 0 })).toBeUndefined();
    },
  );

  it('gives no ID for ICMP without a type', () => {
    expect(communityId(parseFlow('10.0.0.1 > 10.0.0.2/icmp id=1'))).toBeUndefined();
  });

  it.each([-1, 65_536, 0.5])('throws for the seed %d', (seed) => {
    const key = parseFlow('10.0.0.1 > 10.0.0.2/gre');
    expect(() => communityId(key, 0, { seed })).toThrow(
      new RangeError(`Cannot create Community ID: seed must be an integer from 0 to 65535: got ${seed}`),
    );
  });
});
