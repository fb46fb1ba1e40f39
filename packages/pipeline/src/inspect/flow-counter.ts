import { communityId, FLOW_KEY_WORDS, icmpCounterpart } from '@midplane/flow';
import {
  FLAG_ICMP,
  FLAG_SELECTOR,
  FRAGMENT_LATER,
  KIND_IPV4,
  type PacketBatch,
  PROTOCOL_UNKNOWN,
} from '@midplane/packet';
import { hashWing, hashWingsInto, SessionTable } from '@midplane/session-table';
import type { InspectionCommunityIds, InspectionFlows } from './result.ts';

const ICMP = 1;
const TCP = 6;
const UDP = 17;
const ICMPV6 = 58;
const SCTP = 132;
const MAX_FLOWS = 2 ** 28;

/** What a row's flow is counted under. */
const CLASS_NONE = 0;
const CLASS_PORTS = 1;
const CLASS_ICMP = 2;
const CLASS_OTHER = 3;

/** A table that never ages; its user word counts the packets of a flow. */
function flowTable(): SessionTable {
  return new SessionTable({ capacity: MAX_FLOWS, compact: { timeout: 1 } });
}

/**
 * Counts distinct flows over a whole capture: flows with ports by their key as it is, others by a key of their own that
 * holds what tells them apart.
 *
 * | table | selector word of the key | protocol word |
 * | --- | --- | --- |
 * | ports | ports | as it is |
 * | icmp | type, answering type (or type, code: one-way) | as it is |
 * | echo | identifier twice | as it is |
 * | other | protocol twice | family << 8 |
 */
export class FlowCounter {
  private readonly countsPackets: boolean;
  private readonly ports = flowTable();
  private readonly icmp = flowTable();
  private readonly echo = flowTable();
  private readonly other = flowTable();
  private readonly byProtocol = { tcp: 0, udp: 0, sctp: 0, icmp: 0, icmpv6: 0 };
  private readonly key = new Int32Array(FLOW_KEY_WORDS);
  private hashes = new Int32Array(256);
  private withId = 0;
  /** What the touching loops read, kept so that the engine does not remove them; without meaning. */
  sink = 0;

  /** @param countsPackets Whether to count packets per flow, as Community IDs need. */
  constructor(countsPackets: boolean) {
    this.countsPackets = countsPackets;
  }

  /** Adds the flows of a batch. */
  count(batch: PacketBatch): void {
    // hot: loops per packet, no allocation
    const { count, key, protocol } = batch;
    if (this.hashes.length < count) this.hashes = new Int32Array(count);
    hashWingsInto(key, count, this.hashes);
    this.sink ^= this.ports.touchSlots(this.hashes, count) ^ this.ports.touchEntries(this.hashes, count);
    for (let row = 0; row < count; row++) {
      const type = classOf(batch, row);
      if (type === CLASS_NONE) continue;
      this.withId++;
      if (type === CLASS_PORTS) {
        if (this.add(this.ports, key, row * FLOW_KEY_WORDS, this.hashes[row])) this.countPorts(protocol[row]);
      } else if (type === CLASS_ICMP) {
        this.countIcmp(batch, row);
      } else {
        this.countOther(batch, row);
      }
    }
  }

  private countPorts(protocol: number): void {
    if (protocol === TCP) this.byProtocol.tcp++;
    else if (protocol === UDP) this.byProtocol.udp++;
    else this.byProtocol.sctp++;
  }

  private countIcmp(batch: PacketBatch, row: number): void {
    const { key } = this;
    const at = row * FLOW_KEY_WORDS;
    const isV4 = batch.kind[row] === KIND_IPV4;
    const type = batch.icmp[row] >>> 8;
    const answer = icmpCounterpart(isV4 ? ICMP : ICMPV6, type);
    key.set(batch.key.subarray(at, at + FLOW_KEY_WORDS));
    key[8] = (type << 16) | (answer < 0 ? batch.icmp[row] & 0xff : answer);
    const isNew = answer < 0 ? this.addOneWay(this.icmp, key) : this.add(this.icmp, key, 0, hashWing(key, 0));
    if (isNew) this.byProtocol[isV4 ? 'icmp' : 'icmpv6']++;
    const isEcho = isV4 ? type === 8 || type === 0 : type === 128 || type === 129;
    if (!isEcho || (batch.flags[row] & FLAG_SELECTOR) === 0) return;
    key[8] = batch.key[at + 8];
    this.add(this.echo, key, 0, hashWing(key, 0));
  }

  private countOther(batch: PacketBatch, row: number): void {
    const { key } = this;
    const at = row * FLOW_KEY_WORDS;
    key.set(batch.key.subarray(at, at + FLOW_KEY_WORDS));
    key[8] = (batch.protocol[row] << 16) | batch.protocol[row];
    key[9] &= 0xff00; // not ESP or AH, whose sessions the table would not find by their reverse
    this.add(this.other, key, 0, hashWing(key, 0));
  }

  /** Whether the flow is new. */
  private add(table: SessionTable, key: Int32Array, at: number, hash: number): boolean {
    const flow = table.find(key, at, hash);
    if (flow >= 0) {
      if (this.countsPackets) table.setUser(flow >>> 1, 0, table.user(flow >>> 1, 0) + 1);
      return false;
    }
    table.setUser(table.insert(key, at, 0, 0, hash), 0, 1);
    return true;
  }

  private addOneWay(table: SessionTable, key: Int32Array): boolean {
    const flow = table.find(key, 0);
    if (flow >= 0) {
      table.setUser(flow >>> 1, 0, table.user(flow >>> 1, 0) + 1);
      return false;
    }
    table.setUser(table.insertOneWing(key, 0, 0, 0), 0, 1);
    return true;
  }

  /** Distinct flows so far. */
  result(): InspectionFlows {
    const { tcp, udp, sctp, icmp, icmpv6 } = this.byProtocol;
    const other = this.other.size;
    return {
      tcp,
      udp,
      sctp,
      icmp,
      icmpv6,
      other,
      total: tcp + udp + sctp + icmp + icmpv6 + other,
      icmp_echo_sessions: this.echo.size,
    };
  }

  /** Community IDs of all flows, sorted, with their packets. */
  communityIds(packets: number): InspectionCommunityIds {
    const ids = new Map<string, number>();
    const { key } = this;
    for (const table of [this.ports, this.icmp, this.other]) {
      for (let flow = table.next(0); flow >= 0; flow = table.next(flow + 1)) {
        table.keyInto(flow << 1, key);
        const selector = key[8];
        if (table === this.other) {
          key[8] = 0;
          key[9] |= selector & 0xff;
        }
        const id = communityId(key, 0, { icmpType: selector >>> 16, icmpCode: selector & 0xff })!;
        ids.set(id, (ids.get(id) ?? 0) + (table.user(flow, 0) >>> 0));
      }
    }
    const sorted = [...ids].sort(([a], [b]) => (a < b ? -1 : 1));
    return { distinct: ids.size, packets_without_id: packets - this.withId, ids: Object.fromEntries(sorted) };
  }
}

function classOf(batch: PacketBatch, row: number): number {
  const kind = batch.kind[row];
  if (kind < KIND_IPV4 || batch.fragment[row] === FRAGMENT_LATER) return CLASS_NONE;
  const protocol = batch.protocol[row];
  const flags = batch.flags[row];
  if (protocol === TCP || protocol === UDP || protocol === SCTP) {
    return flags & FLAG_SELECTOR ? CLASS_PORTS : CLASS_NONE;
  }
  if (protocol === ICMP || protocol === ICMPV6) return flags & FLAG_ICMP ? CLASS_ICMP : CLASS_NONE;
  return protocol === PROTOCOL_UNKNOWN ? CLASS_NONE : CLASS_OTHER;
}
