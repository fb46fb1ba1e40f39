import { decodePackets, PacketBatch, type PacketRecords } from '@midplane/packet';
import { FlowCounter } from './flow-counter.ts';
import { PacketCounter } from './packet-counter.ts';
import type { InspectionCommunityIds, InspectionCounts, InspectionFlows } from './result.ts';

/** What a capture holds: packets by kind, distinct flows, Community IDs if they were asked for. */
export interface InspectionResult {
  readonly counts: InspectionCounts;
  readonly flows: InspectionFlows;
  readonly community_id?: InspectionCommunityIds;
}

/** What an inspection is made with. */
export interface InspectionOptions {
  /** Whether to compute the Community ID of every flow; default false. */
  readonly communityId?: boolean;
}

/**
 * Counts packets and distinct flows of a capture, by the outermost headers. No session ever ages out here.
 *
 * @example
 * ```ts
 * import { Inspection } from '@midplane/pipeline';
 * import { packet, recordsOf } from '@midplane/packet';
 * import assert from 'node:assert/strict';
 *
 * const inspection = new Inspection();
 * const there = packet().ethernet().ipv4({ source: '192.0.2.1', destination: '192.0.2.2' });
 * inspection.offer(recordsOf([there.udp({ sourcePort: 5000, destinationPort: 53 }).build()]));
 * const { counts, flows } = inspection.finish();
 * assert.equal(counts.ipv4, 1);
 * assert.deepEqual(counts.l4, { 17: 1 });
 * assert.equal(flows.udp, 1);
 * ```
 */
export class Inspection {
  private batch = new PacketBatch(256);
  private readonly packets = new PacketCounter();
  private readonly flows: FlowCounter;
  private readonly wantsCommunityId: boolean;

  constructor(options: InspectionOptions = {}) {
    this.wantsCommunityId = options.communityId ?? false;
    this.flows = new FlowCounter(this.wantsCommunityId);
  }

  /** Packets counted so far. */
  get offered(): number {
    return this.packets.total;
  }

  /** Counts packets; the records are read at once and not kept. */
  offer(records: PacketRecords): void {
    if (records.count > this.batch.capacity) this.batch = new PacketBatch(records.count);
    decodePackets(records, this.batch);
    this.packets.count(this.batch, records);
    this.flows.count(this.batch);
  }

  /** Returns the figures so far. */
  finish(): InspectionResult {
    const counts = this.packets.result();
    const flows = this.flows.result();
    if (!this.wantsCommunityId) return { counts, flows };
    return { counts, flows, community_id: this.flows.communityIds(this.packets.total) };
  }
}
