import type { Npu } from '../npu/npu.ts';

/** The SPUs that one of several groups hosts, and its ties to the others. */
export interface SpuShare {
  /** By SPU position: 1 = in this group. */
  readonly isHosted: Uint8Array;
  /** Packets that go from group to group. */
  readonly exchange: PacketExchange;
  /** Raises the limit of an NPU so that it takes so many wings, or throws. */
  readonly grant: (npu: Npu, wings: number) => void;
}

/** Takes packets to SPUs of other groups, and brings theirs. */
export interface PacketExchange {
  /** Room for a row to send. */
  readonly figures: Float64Array;
  /** Sends the row in `figures`. */
  send(atNs: number, from: number, to: number, isBound: boolean): void;
  /** Waits until all groups have come so far; then `receive` gets the rows that were sent here, in `figures`. */
  meet(receive: (atNs: number, from: number, to: number, isBound: boolean) => void): void;
}
