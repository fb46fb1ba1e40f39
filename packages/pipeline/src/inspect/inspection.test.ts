import { fragmentPacket, packet, recordsOf } from '@midplane/packet';
import { describe, expect, it } from 'vitest';
import { Inspection } from './inspection.ts';

const A = '192.0.2.1';
const B = '198.51.100.2';

function inspect(...packets: { bytes: Uint8Array; linkType: number }[]) {
  const inspection = new Inspection({ communityId: true });
  inspection.offer(recordsOf(packets));
  return inspection.finish();
}

const udp = packet().ethernet().ipv4({ source: A, destination: B }).udp({ sourcePort: 5, destinationPort: 53 });
const reply = packet().ethernet().ipv4({ source: B, destination: A }).udp({ sourcePort: 53, destinationPort: 5 });
/** Echo request from A to B (type 8), or the reply to it (type 0). */
const echo = (type: 0 | 8, identifier: number) =>
  packet()
    .ethernet()
    .ipv4(type === 8 ? { source: A, destination: B } : { source: B, destination: A })
    .icmp({ type, identifier })
    .build();

describe('Inspection', () => {
  it('takes both directions as one flow', () => {
    const { flows, community_id: ids } = inspect(udp.build(), reply.build());
    expect(flows).toMatchObject({ udp: 1, total: 1 });
    expect(Object.values(ids!.ids)).toEqual([2]);
  });

  it('tells protocols of one address pair apart', () => {
    const tcp = packet().ethernet().ipv4({ source: A, destination: B }).tcp({ sourcePort: 5, destinationPort: 53 });
    const sctp = packet().ethernet().ipv4({ source: B, destination: A }).sctp({ sourcePort: 53, destinationPort: 5 });
    expect(inspect(udp.build(), tcp.build(), sctp.build()).flows).toMatchObject({ tcp: 1, udp: 1, sctp: 1, total: 3 });
  });

  it('pairs ICMP types, and counts echo sessions by identifier', () => {
    const { flows } = inspect(echo(8, 1), echo(0, 1), echo(8, 2));
    expect(flows).toMatchObject({ icmp: 1, icmp_echo_sessions: 2, total: 1 });
  });

  it('takes one-way ICMP messages of both directions as two flows', () => {
    const error = (source: string, destination: string) =>
      packet().ethernet().ipv4({ source, destination }).icmp({ type: 3, code: 1 }).embed(udp).build();
    expect(inspect(error(A, B), error(B, A), error(A, B)).flows.icmp).toBe(2);
  });

  it('takes ESP, AH and GRE of an address pair as one flow each, whatever the SPI', () => {
    const there = packet().ethernet().ipv4({ source: A, destination: B });
    const back = packet().ethernet().ipv4({ source: B, destination: A });
    const { flows } = inspect(
      there.esp({ spi: 1 }).build(),
      back.esp({ spi: 2 }).build(),
      there.ah({ spi: 3 }).build(),
      back.gre().build(),
    );
    expect(flows).toMatchObject({ other: 3, total: 3 });
  });

  it('leaves later fragments out of the flows, and gives them no Community ID', () => {
    const fragments = fragmentPacket(udp.payload(4000), 1500);
    const { counts, flows, community_id: ids } = inspect(...fragments);
    expect(counts.ipv4_fragments).toEqual({ total: 3, first: 1, later: 2 });
    expect(flows.udp).toBe(1);
    expect(ids!.packets_without_id).toBe(2);
  });

  it('gives the same result for every batch size', () => {
    const packets = [udp.build(), reply.build(), echo(8, 1), ...fragmentPacket(udp.payload(4000), 1500)];
    const one = new Inspection({ communityId: true });
    for (const each of packets) one.offer(recordsOf([each]));
    const result = inspect(...packets);
    expect({ ...one.finish(), counts: undefined }).toEqual({ ...result, counts: undefined });
    expect(one.finish().counts.packets_total).toBe(result.counts.packets_total);
  });
});
