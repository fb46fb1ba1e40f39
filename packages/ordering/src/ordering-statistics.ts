/** Figures of ordering lists since creation. `enqueued` = `sent` + `dropped` + `late` + `depth` + `abandoned`. */
export interface OrderingStatistics {
  /** Packets taken in. */
  readonly enqueued: number;
  /** Packets not taken in, because the lists or the list were full. */
  readonly refused: number;
  /** Packets that left in order, to be sent. */
  readonly sent: number;
  /** Packets that left in order, dropped. */
  readonly dropped: number;
  /** Packets that a list did not wait for. */
  readonly stalls: number;
  /** Those of them that were finished later. */
  readonly late: number;
  /** Those of them that are not finished yet. */
  readonly abandoned: number;
  /** Packets in lists now. */
  readonly depth: number;
  /** Packets at most that were in lists, or given up and not finished yet. */
  readonly depthMax: number;
  /** Packets in one list, at most. */
  readonly listDepthMax: number;
  /** Time from enqueue to dequeue, of packets that left in order: sum and longest. */
  readonly waitNs: number;
  readonly waitMaxNs: number;
  /** Head-of-line time, from complete to dequeue: sum and longest, and how many packets had any. */
  readonly heldNs: number;
  readonly heldMaxNs: number;
  readonly heldPackets: number;
}
