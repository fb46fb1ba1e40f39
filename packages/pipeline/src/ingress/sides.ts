import { FLOW_KEY_PROTOCOL, FLOW_KEY_SOURCE, FLOW_KEY_WORDS } from '@midplane/flow';
import { KIND_IPV4 } from '@midplane/packet';
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

  /** Finds interface and NPU of all rows; the NPU stays where the configuration does not say. */
  find(batch: PathBatch): void {
    const { packets, count, ingress, npu } = batch;
    for (let row = 0; row < count; row++) {
      const family = packets.kind[row] === KIND_IPV4 ? 4 : packets.kind[row] > KIND_IPV4 ? 6 : 0;
      ingress[row] = family === 0 ? -1 : this.interfaceOf(batch, row, family);
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

  private interfaceOf(batch: PathBatch, row: number, family: number): number {
    const { interfaces, initiators } = this;
    const index = interfaces.find(batch.packets.key, row * FLOW_KEY_WORDS + FLOW_KEY_SOURCE, family);
    if (initiators === undefined) return index;
    // noted in any case: the reply may come from a prefix that no interface is given for
    const isSource = initiators.note(batch, row);
    return index >= 0 ? index : isSource ? interfaces.initiator : interfaces.responder;
  }
}
