import { type BuiltPacket, fragmentPacket, packet } from '@midplane/packet';
import { describe, expect, it } from 'vitest';
import { play, REGIMES, sumOf } from '../_play.suite.ts';

const v4 = (bytes: number) =>
  packet().ethernet().ipv4({ source: '192.0.2.1', destination: '198.51.100.2' }).udp().payload(bytes);
const v6 = (bytes: number) =>
  packet().ethernet().ipv6({ source: '2001:db8::1', destination: '2001:db8:1::2' }).udp().payload(bytes);

describe.each(REGIMES)('R-frag-5: fragments by name, %s', (_, chassis) => {
  const countsOf = (packets: readonly BuiltPacket[]) => {
    const { report, heldRows } = play(packets, { chassis });
    // counted, not dropped
    expect([report.totals.delivered, heldRows]).toEqual([packets.length, 0]);
    return (['tiny', 'repeated', 'overlapping'] as const).map((name) => sumOf(report, (spu) => spu.fragments[name]));
  };

  it('plain fragments have none, whatever their order', () => {
    expect(countsOf(fragmentPacket(v4(5000), 1500, 1))).toEqual([0, 0, 0]);
    expect(countsOf(fragmentPacket(v4(5000), 1500, 1).reverse())).toEqual([0, 0, 0]);
    expect(countsOf(fragmentPacket(v6(5000), 1500, 1).reverse())).toEqual([0, 0, 0]);
  });

  it('a first fragment of 8 bytes and one that begins behind 8 bytes are tiny', () => {
    expect(countsOf(fragmentPacket(v4(100), 28, 1))).toEqual([2, 0, 0]);
    expect(countsOf(fragmentPacket(v6(100), 56, 1))).toEqual([2, 0, 0]);
    expect(countsOf(fragmentPacket(v4(100), 36, 1))).toEqual([0, 0, 0]); // 16 bytes
  });

  it('one that came before, with the same bytes, is repeated', () => {
    const [first, second, third] = fragmentPacket(v4(4000), 1500, 1);
    expect(countsOf([first!, second!, second!, third!, first!])).toEqual([0, 2, 0]);
    expect(countsOf([second!, second!, third!, first!])).toEqual([0, 1, 0]);
  });

  it('one that has some of the bytes of another one is overlapping', () => {
    const [first, second, third] = fragmentPacket(v4(4000), 1500, 1);
    const [, other] = fragmentPacket(v4(4000), 1400, 1);
    expect(countsOf([first!, other!, third!])).toEqual([0, 0, 1]);
    expect(countsOf([other!, second!, first!, third!])).toEqual([0, 0, 2]);
    const [, next] = fragmentPacket(v4(4000), 1400, 2); // of another packet
    expect(countsOf([...fragmentPacket(v4(4000), 1500, 1), next!, fragmentPacket(v4(4000), 1400, 2)[0]!])).toEqual([
      0, 0, 0,
    ]);
  });
});
