import { parseFlow } from '@midplane/flow';
import { SessionTable } from '@midplane/session-table';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ORDER_CLASSES, orderClassOf } from './order-class.ts';
import { OrderMeter } from './order-meter.ts';

const TCP = orderClassOf(6, false);
const UDP = orderClassOf(17, false);

/** A meter over a table of so many sessions, all begun; the first packet of session n is packet n + 1. */
function meterOf(sessions: number) {
  const table = new SessionTable({ capacity: Math.max(sessions, 1) });
  const left: [card: number, isReordered: boolean][] = [];
  const meter = new OrderMeter(
    () => table,
    (card, isReordered) => void left.push([card, isReordered]),
  );
  for (let n = 0; n < sessions; n++) {
    const session = table.insert(parseFlow(`10.0.${n >> 8}.${n & 255}:1 > 192.0.2.1:2/tcp`), 0, 1, 100);
    table.setUser(session, 1, n + 1);
    meter.begin(session, 0);
  }
  return { table, meter, left };
}

const packets = fc.array(
  fc.record({ session: fc.nat(20), wing: fc.nat(1), gapNs: fc.nat(30), workNs: fc.nat(200), isTcp: fc.boolean() }),
  { maxLength: 150 },
);

describe('OrderMeter', () => {
  it('R-ord-6: finds what leaves after a later packet of its session, as a sorted list shows it', () => {
    fc.assert(
      fc.property(packets, (list) => {
        const { table, meter, left } = meterOf(21);
        let nowNs = 0;
        const leaving = list.map(({ session, wing, gapNs, workNs, isTcp }, number) => {
          nowNs += gapNs;
          const leaveNs = nowNs + workNs;
          meter.add((session << 1) | wing, number, nowNs, leaveNs, isTcp ? TCP : UDP, 'other');
          meter.leave(meter.place, meter.tag, wing, meter.wingSequence, 3, leaveNs);
          return { session, wing, isTcp, leaveNs, number };
        });
        const worst = meter.finish();
        const reordered = new Map<number, number>();
        const last = new Map<number, number>();
        const lastOfWing = new Map<number, number>();
        const byClass = { tcp: 0, udp: 0 };
        let ofWings = 0;
        for (const { session, wing, isTcp, number } of leaving.toSorted((a, b) => a.leaveNs - b.leaveNs)) {
          if (number < (last.get(session) ?? -1)) {
            reordered.set(session, (reordered.get(session) ?? 0) + 1);
            byClass[isTcp ? 'tcp' : 'udp']++;
          } else last.set(session, number);
          const flow = (session << 1) | wing;
          if (number < (lastOfWing.get(flow) ?? -1)) ofWings++;
          else lastOfWing.set(flow, number);
        }
        expect([meter.classes[TCP].reordered, meter.classes[UDP].reordered]).toEqual([byClass.tcp, byClass.udp]);
        expect([meter.all.packets, meter.unmeasured]).toEqual([list.length, 0]);
        expect(left.filter(([, isReordered]) => isReordered)).toHaveLength(ofWings);
        expect(left.every(([card]) => card === 3)).toBe(true);
        const expected = [...reordered].sort(([a, n], [b, m]) => m - n || a - b).slice(0, 10);
        expect(worst.map((each) => [each.session, each.reordered])).toEqual(expected);
        for (const { session, packets: count, key } of worst) {
          expect(count).toBe(list.filter((each) => each.session === session).length);
          expect(key[0]).toBe((((10 << 24) | session) >>> 0) | 0);
        }
        expect(table.size).toBe(21);
      }),
      { numRuns: 200 },
    );
  });

  it('needs a place for what is under way only: any number of sessions, one after the other', () => {
    const { meter } = meterOf(50_000);
    for (let session = 0; session < 50_000; session++) {
      const nowNs = session * 1000;
      // the second packet overtakes the first one
      for (const [n, leaveNs] of [nowNs + 900, nowNs + 500].entries()) {
        meter.add(session << 1, 2 * session + n, nowNs, leaveNs, TCP, 'other');
        meter.leave(meter.place, meter.tag, 0, meter.wingSequence, 0, leaveNs);
      }
    }
    meter.finish();
    expect([meter.all.packets, meter.all.reordered, meter.unmeasured]).toEqual([100_000, 50_000, 0]);
  });

  it('says how many packets found no place, and takes none of them for reordered', () => {
    const { meter } = meterOf(10_000);
    for (let session = 0; session < 10_000; session++) {
      meter.add(session << 1, session, 0, 1_000_000, TCP, 'other');
    }
    meter.finish();
    expect(meter.all).toMatchObject({ packets: 4096, reordered: 0 });
    expect(meter.unmeasured).toBe(10_000 - 4096);
  });

  it('begins anew with a session of the same number, and keeps the old one on the list', () => {
    const { table, meter } = meterOf(1);
    const add = (number: number, nowNs: number, leaveNs: number) => meter.add(0, number, nowNs, leaveNs, TCP, 'other');
    add(1, 0, 100);
    add(2, 1, 50);
    add(3, 200, 300);
    table.remove(0);
    table.insert(parseFlow('10.9.9.9:1 > 192.0.2.1:2/tcp'), 0, 1, 100);
    table.setUser(0, 1, 9);
    meter.begin(0, 350);
    add(9, 400, 500);
    expect(meter.finish()).toMatchObject([{ session: 0, generation: 1, packets: 3, reordered: 1, maxExtent: 1 }]);
    expect(meter.all.reordered).toBe(1);
  });

  it('counts a packet as measured or as not, where its session ends while it is on its way out of the chassis', () => {
    const { meter } = meterOf(1);
    for (const [number, leaveNs] of [10, 20, 90].entries()) {
      meter.add(0, number, number, leaveNs, TCP, 'other');
      meter.leave(meter.place, meter.tag, 0, meter.wingSequence, 3, 100 + leaveNs);
    }
    meter.begin(0, 50); // two have left the SPU, none the chassis
    expect([meter.all.packets, meter.unmeasured]).toEqual([2, 1]);
    meter.finish();
    expect([meter.all.packets, meter.unmeasured]).toEqual([2, 1]);
  });

  it('forgets in a reset what is under way', () => {
    const { meter, left } = meterOf(1);
    meter.add(0, 1, 0, 100, TCP, 'other');
    const { place, tag, wingSequence } = meter;
    meter.reset(50);
    meter.leave(place, tag, 0, wingSequence, 0, 200);
    meter.finish();
    expect([meter.all.packets, meter.unmeasured, left]).toEqual([0, 0, []]);
  });
});

it('classes are those that packet ordering tells apart', () => {
  const names = [6, 17, 132, 50, 51, 1, 58, 47].map((protocol) => ORDER_CLASSES[orderClassOf(protocol, false)]);
  expect(names).toEqual(['tcp', 'udp', 'sctp', 'esp-ah', 'esp-ah', 'icmp', 'icmp', 'other']);
  expect(ORDER_CLASSES[orderClassOf(6, true)]).toBe('fragments');
});
