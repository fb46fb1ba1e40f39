import { packet } from '@midplane/packet';
import { describe, expect, it } from 'vitest';
import { packetOf, play, REGIMES, SECOND, sumOf } from '../_play.suite.ts';

const udp = (port: number) => packetOf(`192.0.2.1:${port} > 198.51.100.2:53/udp`);
const arp = packet().ethernet().arp().build();
const WATERMARKS = { highWatermarkPercent: 60, lowWatermarkPercent: 40, earlyAgeoutS: 20 };

describe.each(REGIMES)('early ageout, %s', (_, regime) => {
  /** One flow SPU of 10 sessions: `sessions` in the first second, then `seconds` without a packet of theirs. */
  const after = (sessions: number, seconds: number, parameters: Record<string, number> = WATERMARKS) => {
    const chassis = {
      ...regime,
      cards: String(regime.cards).replace('1=SPC2,2=SPC2', '1=SPC1'),
      sessionsPerSpu: { SPC1: 10 },
    };
    const packets = [...Array.from({ length: sessions }, (__, n) => udp(n + 1))];
    for (let second = 1; second <= seconds; second++) packets.push(...Array.from({ length: sessions }, () => arp));
    const played = play(packets, { chassis, parameters, intervalNs: SECOND / sessions });
    const states = played.sessions.map(({ state, timeoutSeconds }) => `${state} ${timeoutSeconds}`);
    return { ...played, states };
  };

  it('R-age-10: begins at the high watermark and not below', () => {
    expect(new Set(after(5, 3).states)).toEqual(new Set(['valid 60']));
    expect(new Set(after(6, 3).states)).toEqual(new Set(['valid 20']));
    expect(sumOf(after(5, 3).report, (spu) => spu.aggressivePeriods)).toBe(0);
    expect(sumOf(after(6, 3).report, (spu) => spu.aggressivePeriods)).toBe(1);
  });

  it('R-age-10: sessions without packets are gone after the early ageout, and the others have their time again', () => {
    expect(new Set(after(6, 19).states)).toEqual(new Set(['valid 20']));
    expect(new Set(after(6, 23).states)).toEqual(new Set(['invalidated 10']));
    expect(after(5, 23).states).toEqual(Array.from({ length: 5 }, () => 'valid 60'));
    const { report, states } = after(6, 35);
    expect([states, sumOf(report, ({ sessions }) => sessions.agedOut)]).toEqual([[], 6]);
  });

  it('R-age-10: a new session has the early timeout, too, until the table has fallen to the low watermark', () => {
    const chassis = {
      ...regime,
      cards: String(regime.cards).replace('1=SPC2,2=SPC2', '1=SPC1'),
      sessionsPerSpu: { SPC1: 10 },
    };
    // 6 sessions at once, then session 7 which stays alive, one packet a second
    const packets = [1, 2, 3, 4, 5, 6].map(udp);
    const timeouts = (seconds: number) =>
      play([...packets, ...Array.from({ length: seconds * 6 }, () => udp(7))], {
        chassis,
        parameters: WATERMARKS,
        intervalNs: SECOND / 6,
      }).sessions.map(({ flow, state, timeoutSeconds }) =>
        flow.includes(':7 ') && state === 'valid' ? timeoutSeconds : 0,
      );
    expect(timeouts(10)).toContain(20);
    expect(timeouts(28)).toContain(20); // the old ones linger, and count
    expect(timeouts(40)).toEqual([60]);
  });

  it('R-age-11: both watermarks are 100 % and the early timeout is 20 s: a full table ages as usual', () => {
    const { report, states } = after(10, 30, {});
    expect(new Set(states)).toEqual(new Set(['valid 60']));
    expect(sumOf(report, (spu) => spu.aggressivePeriods)).toBe(0);
    const early = { highWatermarkPercent: 60, lowWatermarkPercent: 40 };
    expect(new Set(after(6, 19, early).states)).toEqual(new Set(['valid 20']));
  });

  it('R-age-10: does not end above the high watermark, wherever the low one is', () => {
    const odd = { highWatermarkPercent: 60, lowWatermarkPercent: 100 };
    const { report } = after(6, 10, odd);
    expect(sumOf(report, (spu) => spu.aggressivePeriods)).toBe(1);
  });
});
