import { FLOW_KEY_PROTOCOL, FLOW_KEY_SOURCE, FLOW_KEY_WORDS } from '@midplane/flow';
import { KIND_IPV4 } from '@midplane/packet';
import type { SessionTable } from '@midplane/session-table';
import type { InterfaceTable } from '../configuration/interface-table.ts';
import type { PathBatch } from '../path-batch.ts';
import { Initiators } from './initiators.ts';

/** Which interface a packet comes in by: that of the prefix that its source lies in, or of who began the conversation. */
export class Sides {
  private readonly interfaces: InterfaceTable;
  private readonly npuOf: (interfaceIndex: number) => number;
  private readonly initiators: Initiators | undefined;

  /**
   * @param npuOf Position of the NPU of an interface; -1 = none.
   * @param before What was there before a commit: who has begun a conversation stays so.
   */
  constructor(interfaces: InterfaceTable, npuOf: (interfaceIndex: number) => number, before?: Sides) {
    this.interfaces = interfaces;
    this.npuOf = npuOf;
    this.initiators = interfaces.initiator < 0 ? undefined : (before?.initiators ?? new Initiators());
  }

  /** Remembers who has begun the sessions of a table: a commit may find some. */
  remember(table: SessionTable): void {
    if (this.initiators === undefined) return;
    const key = new Int32Array(FLOW_KEY_WORDS);
    for (let session = table.next(0); session >= 0; session = table.next(session + 1)) {
      if (table.family(session) > 6) continue; // a leaf of multicast
      table.keyInto(session << 1, key);
      this.initiators.remember(key);
    }
  }

  /** Finds interface and NPU of the rows from one on; the NPU stays where the configuration does not say. */
  find(batch: PathBatch, from: number): void {
    const { packets, count, ingress, npu } = batch;
    // all are noted: the reply may come from a prefix that no interface is given for
    const begun = this.initiators?.noteRows(batch, from);
    for (let row = from; row < count; row++) {
      const family = packets.kind[row] === KIND_IPV4 ? 4 : packets.kind[row] > KIND_IPV4 ? 6 : 0;
      ingress[row] = family === 0 ? -1 : this.interfaceOf(batch, row, family, begun);
      if (ingress[row] >= 0) npu[row] = this.npuOf(ingress[row]);
    }
  }

  /** Interface by which the packets of a flow come in; -1 = the configuration does not say. */
  ingressOf(key: Int32Array): number {
    const { interfaces, initiators } = this;
    const index = interfaces.find(key, FLOW_KEY_SOURCE, key[FLOW_KEY_PROTOCOL] >>> 8);
    if (index >= 0 || initiators === undefined) return index;
    return initiators.isSource(key, 0) === false ? interfaces.responder : interfaces.initiator;
  }

  private interfaceOf(batch: PathBatch, row: number, family: number, begun: Uint8Array | undefined): number {
    const { interfaces } = this;
    const index = interfaces.find(batch.packets.key, row * FLOW_KEY_WORDS + FLOW_KEY_SOURCE, family);
    if (begun === undefined || index >= 0) return index;
    return begun[row] === 1 ? interfaces.initiator : interfaces.responder;
  }
}
