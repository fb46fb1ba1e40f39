import { describe, expect, it } from 'vitest';
import { createdIn, MICROSECOND, MILLISECOND, packetOf, play, REGIMES, replyOf } from '../_play.suite.ts';
import { Faults } from './faults.ts';

const RESEND_NS = 1000;

/** Copies of many messages of one sender: how late each arrives. */
function copiesOf(loss: number, duplication: number, messages = 10_000, seed = 1) {
  const faults = new Faults({ seed, loss, duplication }, RESEND_NS);
  const sent = Array.from({ length: messages }, () => {
    const copies = faults.send(3);
    return [...faults.lateNs.subarray(0, copies)];
  });
  return { faults, sent };
}

describe('Faults', () => {
  it('R-own-4: every message arrives, the later the more copies of it are lost', () => {
    for (const loss of [0, 0.1, 0.5, 0.9]) {
      const { sent, faults } = copiesOf(loss, 0);
      expect(sent.every((copies) => copies.length >= 1)).toBe(true);
      expect(sent.flat().every((lateNs) => lateNs % RESEND_NS === 0)).toBe(true);
      const atOnce = sent.filter(([first]) => first === 0).length / sent.length;
      expect(Math.abs(atOnce - (1 - loss))).toBeLessThan(0.02);
      // each is acknowledged, too: 1 / (1 - loss)^2 attempts, less what is cut off at 8 copies
      if (loss === 0.5) expect(faults.lost).toBeGreaterThan(sent.length);
      if (loss === 0) expect(faults.lost).toBe(0);
    }
  });

  it('R-own-5: some arrive twice', () => {
    const { sent, faults } = copiesOf(0, 0.25);
    const doubled = sent.filter(({ length }) => length === 2).length;
    expect(Math.abs(doubled / sent.length - 0.25)).toBeLessThan(0.02);
    expect(faults.duplicates).toBe(doubled);
    expect(sent.every((copies) => copies.length <= 2 && copies[0] === 0)).toBe(true);
  });

  it('has the same faults for the same seed and others for another one', () => {
    expect(copiesOf(0.3, 0.3, 100).sent).toEqual(copiesOf(0.3, 0.3, 100).sent);
    expect(copiesOf(0.3, 0.3, 100).sent).not.toEqual(copiesOf(0.3, 0.3, 100, 2).sent);
  });

  it('does not depend on what other units send', () => {
    const alone = copiesOf(0.4, 0.2, 50).sent;
    const faults = new Faults({ seed: 1, loss: 0.4, duplication: 0.2 }, RESEND_NS);
    const counts = Array.from({ length: 50 }, (_, n) => {
      for (let other = 0; other < n % 3; other++) faults.send(7);
      return faults.send(3);
    });
    expect(counts).toEqual(alone.map(({ length }) => length));
  });

  it.each([
    [{ seed: 0.5, loss: 0, duplication: 0 }, 'Cannot inject faults: seed must be an integer: got 0.5'],
    [{ seed: 1, loss: 0.91, duplication: 0 }, 'Cannot inject faults: loss must be from 0 to 0.9: got 0.91'],
    [{ seed: 1, loss: Number.NaN, duplication: 0 }, 'Cannot inject faults: loss must be from 0 to 0.9: got NaN'],
    [{ seed: 1, loss: 0, duplication: -1 }, 'Cannot inject faults: duplication must be from 0 to 1: got -1'],
  ])('refuses %o', (options, message) => {
    expect(() => new Faults(options, 1)).toThrow(new RangeError(message));
  });
});

describe.each(REGIMES)('messages that suffer, %s', (_, chassis) => {
  const flows = Array.from({ length: 40 }, (__, n) => `192.0.2.1:${1000 + n} > 198.51.100.2:53/udp`);
  const packets = [...flows, ...flows.map(replyOf), ...flows, ...flows.map(replyOf)].map((flow) => packetOf(flow));
  const run = (faults: { seed: number; loss: number; duplication: number } | undefined, intervalNs: number) =>
    play(packets, { chassis, symmetric: false, interfaces: [0, 1], intervalNs, ...(faults && { faults }) });
  const parts = (played: ReturnType<typeof run>) =>
    played.sessions
      .map(({ flow, spuId, in: there, out }) => `${flow} ${spuId} ${there.packets} ${out!.packets}`)
      .sort();

  it('R-own-4: a lost message costs time and not the owner', () => {
    const fine = run(undefined, MILLISECOND);
    const lossy = run({ seed: 7, loss: 0.5, duplication: 0 }, MILLISECOND);
    expect(parts(lossy)).toEqual(parts(fine));
    expect([lossy.report.totals.delivered, createdIn(lossy.report)]).toEqual([160, 40]);
    expect(lossy.report.faults!.lost).toBeGreaterThan(0);
    // entries come later: fewer packets find one
    const hits = ({ report }: typeof fine) => report.npus.reduce((sum, npu) => sum + npu.hits, 0);
    const soon = 20 * MICROSECOND;
    expect(hits(run({ seed: 7, loss: 0.8, duplication: 0 }, soon))).toBeLessThan(hits(run(undefined, soon)));
  });

  it('R-own-5: a message that arrives twice has the effect of one', () => {
    const fine = run(undefined, MILLISECOND);
    const doubled = run({ seed: 7, loss: 0, duplication: 1 }, MILLISECOND);
    const { faults, ...report } = doubled.report;
    const { faults: none, ...expected } = fine.report;
    expect([none, faults!.lost]).toEqual([null, 0]);
    expect(faults!.duplicates).toBeGreaterThan(80);
    expect(report).toEqual(expected);
  });
});
