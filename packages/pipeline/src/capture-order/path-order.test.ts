import { type BuiltPacket, decodePackets, PacketBatch, packet, recordsOf } from '@midplane/packet';
import { expect, it } from 'vitest';
import { PathOrder } from './path-order.ts';

/** A packet of flow n. */
function datagram(n: number): BuiltPacket {
  return packet(`datagram ${n}`).ethernet().ipv4({ identification: n }).udp({ sourcePort: n }).build();
}

it('PathOrder finds the earliest packet that is left among those that it remembers', () => {
  // against a list of what is open, for a window of 8 packets of 5 kinds
  const options = { flows: 16, threshold: 4, top: 0, lostAfterNs: 0 };
  const batch = new PacketBatch(5);
  decodePackets(recordsOf([1, 2, 3, 4, 5].map(datagram)), batch);
  let state = 7;
  const random = (below: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state >>> 16) % below;
  };
  for (let round = 0; round < 100; round++) {
    const path = new PathOrder(options, false, 8);
    const open: { kind: number; number: number; place: number }[] = [];
    const found: number[] = [];
    const counts = [0, 0, 0, 0, 0];
    let ingress = 0;
    let egress = 0;
    for (let i = 0; i < 60; i++) {
      const kind = random(5);
      if (random(2) === 0) {
        path.offerIngress(batch, kind);
        if (open[0]?.place === ingress - 8) open.shift();
        open.push({ kind, number: counts[kind]++, place: ingress++ });
      } else {
        egress++;
        path.offerEgress(batch, kind, i, true);
        const at = open.findIndex((each) => each.kind === kind);
        if (at >= 0) found.push(open.splice(at, 1)[0].place);
      }
    }
    const result = path.finish();
    expect([result.ingress, result.egress, result.matched]).toEqual([ingress, egress, found.length]);
    expect(result.figures).toMatchObject({ received: found.length, reordered: 0 }); // each kind is a flow
    const late = found.filter((place, i) => found.slice(0, i).some((earlier) => earlier > place));
    expect(result.acrossFlows).toMatchObject({ received: found.length, reordered: late.length, duplicates: 0 });
  }
});
