import { FLOW_KEY_PROTOCOL, FLOW_KEY_SELECTOR, reverseFlowInto, selectorKind } from '@midplane/flow';
import { SessionTable } from '@midplane/session-table';
import { PortPool, shareOfPorts } from './_port-pool.ts';
import {
  NAT_RULE_INTERFACE,
  NAT_RULE_OFF,
  NAT_RULE_STATIC,
  type SourceNatPlan,
  type SourceNatPoolPlan,
} from './source-nat-plan.ts';

/** {@link SourceNat.translate}: no rule applies, the session keeps its source. */
export const NAT_NONE = -1;
/** {@link SourceNat.translate}: the pool has nothing left; the new session fails as `nat-pool-exhausted`. */
export const NAT_EXHAUSTED = -2;

/** Most sessions without ports that pools carry: as many as one session table can hold. */
const MAX_PORTLESS = 2 ** 28;

/** Which part of the ports of every address is this one's to give. */
export interface SourceNatShare {
  /** Number of this share, 0 to `of` - 1. */
  readonly share: number;
  /** Number of shares. */
  readonly of: number;
}

/** How much of a pool is in use. */
export interface SourceNatPoolStatistics {
  /** Name of the pool; of the address of an interface such as `interface xe-7/0/0.0 inet`. */
  readonly name: string;
  /** Number of addresses. */
  readonly addresses: number;
  /** Ports that they have together, in this share. */
  readonly ports: number;
  /** Ports taken now. */
  readonly inUse: number;
  /** Most ports taken at any time. */
  readonly peak: number;
  /** Ports taken since the start. */
  readonly allocations: number;
  /** Sessions that failed because nothing was left. */
  readonly failures: number;
}

/**
 * Source NAT of one SPU, or of a whole device: gives sessions their translated source, and takes it back.
 *
 * A port of an address belongs to one session at a time, whatever its protocol and its remote end. The next session of a
 * pool gets the next address, and of it the port after the last that was given, if it is free. Identifiers of ICMP are
 * translated as ports are. Sessions of other protocols (ESP, AH, GRE, ...) get an address only: one that no live session
 * of the same protocol, SPI and remote end has.
 *
 * SPUs that may not talk about it take a *share* each: the ports of every address are cut into as many ranges, so that no
 * two shares give the same port. Addresses without ports are not shared out; two shares may give the same one.
 *
 * Fidelity: documented. Ports 1024 to 65,535 per address, a list of assigned ports, and another address for the next
 * session, are Junos "Source NAT"; the order in which ports are given, and shares, are assumed.
 *
 * @see Junos "Understanding Source NAT Pools with PAT"
 * @example
 * ```ts
 * import { compileSourceNat, SourceNat } from '@midplane/pipeline';
 * import { createFlowKey, formatFlow, parseFlow } from '@midplane/flow';
 * import assert from 'node:assert/strict';
 *
 * const nat = new SourceNat(compileSourceNat({
 *   sourceNat: {
 *     pools: { out: { addresses: '203.0.113.8/31' } },
 *     rules: [{ source: '10.0.0.0/8', translate: { pool: 'out' } }],
 *   },
 * }));
 * const key = parseFlow('10.0.0.1:5000 > 198.51.100.2:443/tcp');
 * const out = createFlowKey();
 * const binding = nat.translate(key, 0, -1, -1, -1, out, 0);
 * assert.equal(formatFlow(out), '198.51.100.2:443 > 203.0.113.8:1024/tcp');
 * assert.equal(nat.nameOf(binding), 'out');
 * assert.ok(nat.release(binding, out, 0));
 * ```
 */
export class SourceNat {
  private readonly plan: SourceNatPlan;
  private readonly pools: readonly PortPool[];
  /** Pool of each address. */
  private readonly poolOf: Int32Array;
  /** Out wings of live sessions that have an address without a port. */
  private portless: SessionTable | undefined;

  /**
   * @param plan What `compileSourceNat` made.
   * @param share Part of the ports to give; default all.
   * @throws {RangeError} If `share.of` is not an integer from 1 to 1024, or `share.share` not one from 0 to below it.
   */
  constructor(plan: SourceNatPlan, share: SourceNatShare = { share: 0, of: 1 }) {
    const { share: number, of } = share;
    if (!Number.isInteger(of) || of < 1 || of > 1024) {
      throw new RangeError(`Cannot create source NAT: share.of must be an integer from 1 to 1024: got ${of}`);
    }
    if (!Number.isInteger(number) || number < 0 || number >= of) {
      throw new RangeError(
        `Cannot create source NAT: share.share must be an integer from 0 to ${of - 1}: got ${number}`,
      );
    }
    this.plan = plan;
    this.pools = plan.pools.map(({ count, portLow, portHigh }) => {
      const { low, span } = shareOfPorts(portLow, portHigh, number, of);
      return new PortPool(count, low, span);
    });
    this.poolOf = new Int32Array(plan.addresses.length / 4);
    for (const [pool, { first, count }] of plan.pools.entries()) this.poolOf.fill(pool, first, first + count);
  }

  /**
   * Decides what a new session translates its source to, and writes its `out` wing: the key with which its reply arrives.
   *
   * @param key Array that holds the key of the first packet, after destination NAT.
   * @param at Offset of its first word.
   * @param fromZone Zone that it comes from, -1 for none.
   * @param toZone Zone that it goes to, -1 for none.
   * @param egress Index of the interface that it goes out of, -1 for none.
   * @param out Array that receives the 10 words of the `out` wing; not `key`. Without a translation they are its reverse.
   * @param outAt Offset of the first word.
   * @returns A binding (0 and up) to give to {@link SourceNat.release} when the session ends; {@link NAT_NONE} if the
   * source stays; {@link NAT_EXHAUSTED} if the session must fail, with nothing taken and `out` without meaning.
   */
  translate(
    key: Int32Array,
    at: number,
    fromZone: number,
    toZone: number,
    egress: number,
    out: Int32Array,
    outAt: number,
  ): number {
    // hot: called per first packet, no allocation
    const { rules, kinds, targets } = this.plan;
    reverseFlowInto(key, at, out, outAt);
    for (let rule = rules.find(key, at, fromZone, toZone); rule >= 0; ) {
      const kind = kinds[rule];
      if (kind === NAT_RULE_OFF) return NAT_NONE;
      if (kind === NAT_RULE_STATIC) return this.translateStatic(targets[rule], out, outAt);
      const pool =
        kind === NAT_RULE_INTERFACE ? this.poolOfInterface(egress, key[at + FLOW_KEY_PROTOCOL]) : targets[rule];
      if (pool >= 0) return this.translateByPool(pool, out, outAt);
      rule = rules.find(key, at, fromZone, toZone, rule + 1);
    }
    return NAT_NONE;
  }

  /**
   * Takes back what a session translated to.
   *
   * @param binding What {@link SourceNat.translate} returned for it; below 0 there is nothing to take back.
   * @param out Array that holds the `out` wing that it wrote.
   * @param outAt Offset of the first word.
   * @returns Whether it was taken; false for a binding that is released twice, and nothing changes.
   */
  release(binding: number, out: Int32Array, outAt: number): boolean {
    if (binding < 0) return false;
    const address = binding >>> 16;
    const port = binding & 0xffff;
    if (address >= this.poolOf.length) return true; // static
    if (port !== 0) {
      const pool = this.poolOf[address];
      return this.pools[pool].release(address - this.plan.pools[pool].first, port);
    }
    const flow = this.portless?.find(out, outAt) ?? -1;
    if (flow < 0) return false;
    this.portless!.remove(flow >>> 1);
    return true;
  }

  /** Returns the name of what a binding came from: a pool, `interface`, or a static rule; `null` for none. */
  nameOf(binding: number): string | null {
    if (binding < 0) return null;
    const address = binding >>> 16;
    const { pools, staticNames } = this.plan;
    return address < this.poolOf.length ? pools[this.poolOf[address]].name : staticNames[address - this.poolOf.length];
  }

  /** Returns how much of each pool is in use: pools in the order of the configuration, then addresses of interfaces. */
  statistics(): SourceNatPoolStatistics[] {
    return this.pools.map((pool, i) => ({
      name: this.plan.pools[i].name,
      addresses: this.plan.pools[i].count,
      ports: pool.capacity,
      inUse: pool.inUse,
      peak: pool.peak,
      allocations: pool.allocations,
      failures: pool.failures,
    }));
  }

  private poolOfInterface(egress: number, protocolWord: number): number {
    return egress < 0 ? -1 : this.plan.interfacePools[2 * egress + (protocolWord >>> 8 === 4 ? 0 : 1)];
  }

  private translateStatic(row: number, out: Int32Array, outAt: number): number {
    const { statics } = this.plan;
    // the source of the session is the destination of its reply
    for (let word = 0; word < 4; word++) {
      const at = outAt + 4 + word;
      out[at] = statics[8 * row + word] | (out[at] & ~statics[8 * row + 4 + word]);
    }
    return (this.poolOf.length + row) << 16;
  }

  private translateByPool(pool: number, out: Int32Array, outAt: number): number {
    const plan = this.plan.pools[pool];
    const kind = selectorKind(out[outAt + FLOW_KEY_PROTOCOL] & 255);
    if (kind !== 'ports' && kind !== 'identifier') return this.takeAddress(plan, this.pools[pool], out, outAt);
    const taken = this.pools[pool].take();
    if (taken < 0) return NAT_EXHAUSTED;
    const port = taken & 0xffff;
    this.writeSource(plan.first + (taken >>> 16), plan.family, out, outAt);
    const selector = outAt + FLOW_KEY_SELECTOR;
    out[selector] = kind === 'ports' ? (out[selector] & 0xffff0000) | port : (port << 16) | port;
    return (plan.first << 16) + taken;
  }

  /** Takes the first address of a pool that has no live session with the rest of the `out` wing. */
  private takeAddress(plan: SourceNatPoolPlan, pool: PortPool, out: Int32Array, outAt: number): number {
    this.portless ??= new SessionTable({ capacity: MAX_PORTLESS, compact: { timeout: 0 } });
    for (let address = plan.first; address < plan.first + plan.count; address++) {
      this.writeSource(address, plan.family, out, outAt);
      if (this.portless.find(out, outAt) >= 0) continue;
      return this.portless.insertOneWing(out, outAt, 0, 0) < 0 ? NAT_EXHAUSTED : address << 16;
    }
    pool.failures++;
    return NAT_EXHAUSTED;
  }

  private writeSource(address: number, family: 4 | 6, out: Int32Array, outAt: number): void {
    const { addresses } = this.plan;
    const words = family === 4 ? 1 : 4;
    for (let word = 0; word < words; word++) out[outAt + 4 + word] = addresses[4 * address + word];
  }
}
