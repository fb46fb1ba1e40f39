import { FLOW_KEY_PROTOCOL, FLOW_KEY_SOURCE, FLOW_KEY_WORDS } from '@midplane/flow';
import type { CompiledConfiguration } from '../configuration/compile-configuration.ts';
import { PATH_ICMP_ERROR, type PathBatch } from '../path-batch.ts';
import { leafOf } from '../spu/multicast.ts';
import type { Spu } from '../spu/spu.ts';

/**
 * Which I/O card a packet leaves by: that of the interface behind which its destination lies, or of the other end of the
 * conversation, where the configuration says it; else the one on which packets of the other wing of its session came in
 * last; else the one that it came in on.
 *
 * Fidelity: assumed. Routing is not modelled; the rule gives what a capture of both directions shows.
 */
export class EgressChoice {
  private readonly spus: readonly Spu[];
  private readonly configuration: CompiledConfiguration | undefined;
  private readonly npuOf: (interfaceIndex: number) => number;
  /** By SPU and flow: 1 + position of the card on which its last packet came in; 0 = none has. */
  private readonly ingress: Uint8Array[];
  private readonly key = new Int32Array(FLOW_KEY_WORDS);

  /** @param npuOf Position of the card of an interface; -1 = none. */
  constructor(
    spus: readonly Spu[],
    configuration: CompiledConfiguration | undefined,
    npuOf: (interfaceIndex: number) => number,
  ) {
    this.spus = spus;
    this.configuration = configuration;
    this.npuOf = npuOf;
    this.ingress = spus.map(() => new Uint8Array(64));
  }

  /** A session begins: its number may have been another one's. */
  begin(spu: number, session: number): void {
    const cards = this.ingress[spu];
    const flow = session << 1;
    if (flow + 1 >= cards.length) {
      this.ingress[spu] = new Uint8Array(Math.max(cards.length * 2, flow + 2));
      this.ingress[spu].set(cards);
    }
    this.ingress[spu].fill(0, flow, flow + 2);
  }

  /** Position of the card that a packet leaves by. */
  cardOf({ npu, spu, flow: flows, ingress, path }: PathBatch, row: number): number {
    const came = npu[row];
    const flow = flows[row];
    const position = spu[row];
    if (flow < 0) return came;
    const { table } = this.spus[position];
    const cards = this.ingress[position];
    if (path[row] !== PATH_ICMP_ERROR) cards[flow] = came + 1; // any router on the way may have sent an error
    if (this.configuration?.interfaces.hasSides && table?.has(flow >>> 1)) {
      // the source of the other wing is where this one really goes, translated or not
      table.keyInto(flow ^ 1, this.key);
      const { interfaces } = this.configuration;
      const family = this.key[FLOW_KEY_PROTOCOL] >>> 8;
      const told = this.npuOf(interfaces.findEgress(this.key, FLOW_KEY_SOURCE, family, ingress[row]));
      if (told >= 0) return told;
    }
    const other = cards[flow ^ 1];
    return other > 0 ? other - 1 : came;
  }

  /**
   * Position of the card that a copy of a multicast packet leaves by: that of the interface of a leaf; -1 if a commit has
   * taken it away, while the session waited for its confirmation.
   */
  cardOfLeaf(spu: number, template: number, leaf: number): number {
    const { table } = this.spus[spu];
    const { multicast } = this.configuration!;
    table!.keyInto(leaf << 1, this.key);
    const number = leafOf(this.key[FLOW_KEY_PROTOCOL]);
    table!.keyInto(template << 1, this.key);
    return this.npuOf(multicast.interfaces[multicast.find(this.key, 0)]?.[number] ?? -1);
  }
}
