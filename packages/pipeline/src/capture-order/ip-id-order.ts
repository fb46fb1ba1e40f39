import {
  FLOW_KEY_DESTINATION,
  FLOW_KEY_PROTOCOL,
  FLOW_KEY_SELECTOR,
  FLOW_KEY_SOURCE,
  FLOW_KEY_WORDS,
  formatAddress,
  formatFlow,
  protocolName,
} from '@midplane/flow';
import { FRAGMENT_LATER, KIND_IPV4, type PacketBatch } from '@midplane/packet';
import { ipIdStep, isNear } from './ip-id.ts';
import { OrderMeasure, type OrderOptions, type OrderResult } from './order-measure.ts';

const TCP = 6;
/** Packets by which a flow shows that its IDs increase. */
const PROBES = 4;
/** `probes` of a flow that is measured. */
const MEASURED = 255;

/** What is said about IP IDs. */
export interface IpIdOrderResult extends OrderResult {
  /** IPv4 packets, later fragments left out: they have the ID of the first. */
  readonly packets: number;
  /** Packets of flows whose IDs do not increase, or of which there were too few to tell. */
  readonly unmeasured: number;
  /** Times that the IDs of a measured flow jumped, and the flow had to show again that they increase. */
  readonly jumps: number;
}

/**
 * Order of IPv4 packets by their identification, per source, destination and protocol, where the IDs increase. Those of
 * TCP are taken per flow, since many systems count them per connection.
 *
 * A flow is measured from the first of four packets on whose IDs lie within 2,048 of each other, are not all the same
 * and end higher than they began; it stops to be when an ID lies farther from the largest one. Constant and random IDs
 * are left out by that.
 */
export class IpIdOrder {
  private readonly measure: OrderMeasure;
  private packets = 0;
  private measured = 0;
  private jumps = 0;
  private readonly key = new Int32Array(FLOW_KEY_WORDS);
  // By slot
  private readonly probes: Uint8Array;
  private readonly ids: Uint16Array;
  private readonly times: Float64Array;
  private readonly largest: Uint16Array;

  constructor(options: OrderOptions) {
    this.measure = new OrderMeasure(options, 16, true, formatTuple);
    this.probes = new Uint8Array(options.flows);
    this.ids = new Uint16Array(options.flows * PROBES);
    this.times = new Float64Array(options.flows * PROBES);
    this.largest = new Uint16Array(options.flows);
  }

  /** Counts one packet; others than IPv4 are left alone. */
  offer(batch: PacketBatch, row: number, nowNs: number): void {
    // hot: once per packet, allocates nothing
    if (batch.kind[row] !== KIND_IPV4 || batch.fragment[row] === FRAGMENT_LATER) return;
    this.packets++;
    const id = batch.records!.view.getUint16(batch.l3Offset[row] + 4);
    const { key, probes } = this;
    const at = row * FLOW_KEY_WORDS;
    key[FLOW_KEY_SOURCE] = batch.key[at + FLOW_KEY_SOURCE];
    key[FLOW_KEY_DESTINATION] = batch.key[at + FLOW_KEY_DESTINATION];
    key[FLOW_KEY_PROTOCOL] = batch.key[at + FLOW_KEY_PROTOCOL];
    key[FLOW_KEY_SELECTOR] = batch.protocol[row] === TCP ? batch.key[at + FLOW_KEY_SELECTOR] : 0;
    const slot = this.measure.slots.find(key, 0);
    if (this.measure.slots.isNew) probes[slot] = 0;
    if (probes[slot] === MEASURED) {
      if (isNear(ipIdStep(this.largest[slot], id))) {
        this.count(slot, id, nowNs);
        return;
      }
      this.jumps++;
      this.measure.end(slot);
      probes[slot] = 0;
    }
    this.probe(slot, id, nowNs);
  }

  finish(): IpIdOrderResult {
    const { packets, measured, jumps } = this;
    return { packets, unmeasured: packets - measured, jumps, ...this.measure.finish() };
  }

  private count(slot: number, id: number, nowNs: number): void {
    this.measured++;
    if (ipIdStep(this.largest[slot], id) > 0) this.largest[slot] = id;
    this.measure.metrics.offer(id, nowNs, 1, slot);
  }

  /** Keeps the last packets until they show that IDs increase. */
  private probe(slot: number, id: number, nowNs: number): void {
    const { probes, ids, times } = this;
    const base = slot * PROBES;
    if (probes[slot] === PROBES) {
      ids.copyWithin(base, base + 1, base + PROBES);
      times.copyWithin(base, base + 1, base + PROBES);
      probes[slot]--;
    }
    const at = base + probes[slot]++;
    ids[at] = id;
    times[at] = nowNs;
    if (probes[slot] < PROBES) return;
    let sum = 0;
    for (let i = base + 1; i < base + PROBES; i++) {
      const step = ipIdStep(ids[i - 1], ids[i]);
      if (!isNear(step)) return;
      sum += step;
    }
    if (sum <= 0) return;
    probes[slot] = MEASURED;
    this.largest[slot] = ids[base];
    for (let i = base; i < base + PROBES; i++) this.count(slot, ids[i], times[i]);
  }
}

function formatTuple(key: Int32Array): string {
  if (key[FLOW_KEY_SELECTOR] !== 0) return formatFlow(key);
  const source = formatAddress(key, FLOW_KEY_SOURCE, 4);
  return `${source} > ${formatAddress(key, FLOW_KEY_DESTINATION, 4)}/${protocolName(key[FLOW_KEY_PROTOCOL] & 255)}`;
}
