import { formatAddress } from '@midplane/flow';
import type { SourceNatPoolPlan } from '../nat/source-nat-plan.ts';
import {
  member,
  type PortRange,
  readMembers,
  readName,
  readObject,
  readOneOrMore,
  readPorts,
  refuse,
} from './_check.ts';
import { type AddressRange, readRange, writeAddress } from './_prefix.ts';
import type { InterfaceTable } from './interface-table.ts';

/** Ports that an address gives: those above the well-known ones. */
const ALL_PORTS: PortRange = { low: 1024, high: 65_535 };
/** Most addresses of a pool: 8 KB of bits each when all are in use. */
const MAX_POOL_ADDRESSES = 4096;
/** Most addresses of all pools and interfaces, with static rules: a binding has 15 bits for them. */
const MAX_ADDRESSES = 2 ** 15 - 1;

interface Claim {
  readonly range: AddressRange;
  readonly path: string;
  /** What a static rule translates from. */
  readonly from?: AddressRange;
}

/** Pools of source NAT as they are read, and who has which address. */
export class PoolReader {
  readonly pools: SourceNatPoolPlan[] = [];
  /** Addresses of all pools, 4 words each. */
  readonly addresses: number[] = [];
  private readonly claims: Claim[] = [];
  private readonly words = new Int32Array(4);
  private statics = 0;

  /** Reads the pools of a configuration. */
  readPools(value: unknown): void {
    for (const { key, value: pool, path } of readMembers(value, 'sourceNat.pools', 'pools by name')) {
      const name = readName(key, path);
      if (name === 'interface')
        refuse('value', path, 'have another name: interface stands for addresses of interfaces', key);
      const { addresses, ports } = readObject(pool, path, ['addresses', 'ports']);
      const at = member(path, 'addresses');
      if (addresses === undefined) refuse('shape', at, 'be addresses such as 203.0.113.0/28', addresses);
      const ranges = readOneOrMore(addresses, at, (each, itsPath) => {
        const range = readRange(each, itsPath);
        this.claim({ range, path: itsPath });
        return range;
      });
      const other = ranges.findIndex(({ family }) => family !== ranges[0]!.family);
      if (other > 0) {
        refuse('value', `${at}[${other}]`, 'be of the IP version of those before it', (addresses as unknown[])[other]);
      }
      const { low, high } = ports === undefined ? ALL_PORTS : readPorts(ports, member(path, 'ports'), ALL_PORTS.low);
      this.add(name, ranges, low, high, at);
    }
  }

  /** Adds the addresses of interfaces, and writes the pool of each to `out`: IPv4, then IPv6. */
  addInterfaces(interfaces: InterfaceTable, out: Int32Array): void {
    for (const [index, name] of interfaces.names.entries()) {
      for (const family of [4, 6] as const) {
        if (!interfaces.hasAddress(index, family)) continue;
        const start = 8 * index + (family === 4 ? 0 : 4);
        let address = 0n;
        for (const word of interfaces.addresses.subarray(start, start + (family === 4 ? 1 : 4))) {
          address = (address << 32n) | BigInt(word >>> 0);
        }
        const range = { family, first: address, last: address };
        const path = member(member('interfaces', name), 'addresses');
        this.claim({ range, path });
        out[2 * index + (family === 4 ? 0 : 1)] = this.pools.length;
        this.add(`interface ${name} ${family === 4 ? 'inet' : 'inet6'}`, [range], ALL_PORTS.low, ALL_PORTS.high, path);
      }
    }
  }

  /** Takes the addresses that a static rule gives. Rules for the same sources, between other zones, may give the same. */
  claimStatic(range: AddressRange, from: AddressRange, path: string): void {
    this.statics++;
    this.claim({ range, path, from });
    this.checkCount(path);
  }

  private add(name: string, ranges: readonly AddressRange[], portLow: number, portHigh: number, path: string): void {
    const { family } = ranges[0]!;
    const count = ranges.reduce((sum, { first, last }) => sum + (last - first + 1n), 0n);
    if (count > MAX_POOL_ADDRESSES) refuse('value', path, `be at most ${MAX_POOL_ADDRESSES} addresses`, count);
    this.pools.push({ name, family, first: this.addresses.length / 4, count: Number(count), portLow, portHigh });
    for (const { first, last } of ranges) {
      for (let address = first; address <= last; address++) {
        writeAddress(family, address, this.words, 0);
        this.addresses.push(...this.words);
      }
    }
    this.checkCount(path);
  }

  private checkCount(path: string): void {
    const count = this.addresses.length / 4 + this.statics;
    if (count > MAX_ADDRESSES)
      refuse('value', path, `leave at most ${MAX_ADDRESSES} addresses and static rules`, count);
  }

  private claim(claim: Claim): void {
    for (const other of this.claims) {
      if (!overlap(claim.range, other.range)) continue;
      if (claim.from && other.from && overlap(claim.from, other.from) && isSameShift(claim, other)) continue;
      refuse('value', claim.path, `have no address that ${other.path} has`, firstOfBoth(claim.range, other.range));
    }
    this.claims.push(claim);
  }
}

function overlap(a: AddressRange, b: AddressRange): boolean {
  return a.family === b.family && a.first <= b.last && b.first <= a.last;
}

/** The first address that is in both, as text. */
function firstOfBoth(a: AddressRange, b: AddressRange): string {
  const words = new Int32Array(4);
  const later = a.first > b.first ? a : b;
  writeAddress(a.family, later.first, words, 0);
  return formatAddress(words, 0, a.family);
}

/** Whether two static rules give the same source the same address. */
function isSameShift(a: Claim, b: Claim): boolean {
  return a.range.first - a.from!.first === b.range.first - b.from!.first;
}
