/** One header of a built packet. */
export interface BuiltLayer {
  /** Protocol: `ethernet`, `vlan`, `ipv4`, `tcp`, ..., `payload` for what follows the last header. */
  readonly name: string;
  /** Offset of its header in `bytes`. */
  readonly offset: number;
}

/** A packet as bytes. */
export interface BuiltPacket {
  /** What the packet is for, in words. */
  readonly description: string;
  /** The frame. */
  readonly bytes: Uint8Array;
  /** Link type of the frame (LINKTYPE_ registry). */
  readonly linkType: number;
  /** Its headers, outermost first, and the payload. */
  readonly layers: readonly BuiltLayer[];
}
