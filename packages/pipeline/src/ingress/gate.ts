/** Whether traffic passes the chassis. */
export interface Gate {
  /** 0 = it does; else the outcome of every packet. */
  outcome: number;
  /** `passes`, or the reason. */
  reason: string;
  /** Packets that it has stopped. */
  dropped: number;
}
