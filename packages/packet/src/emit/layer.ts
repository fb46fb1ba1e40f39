/** Where a layer writes itself: the frame under construction, inner layers already in place. */
export interface EmitSite {
  /** The whole frame. */
  readonly bytes: Uint8Array;
  /** View of `bytes`. */
  readonly view: DataView;
  /** Offset of this layer's header. */
  readonly at: number;
  /** Offset of what it carries. */
  readonly bodyAt: number;
  /** Offset behind what it carries, before its trailer. */
  readonly bodyEnd: number;
  /** Offset behind its trailer. */
  readonly end: number;
  /** Layers around it, outermost first. */
  readonly outer: readonly Layer[];
  /** The layer it carries; `undefined` for plain payload. */
  readonly inner: Layer | undefined;
}

/** Addresses that checksums of upper layers cover. */
export interface PseudoHeader {
  /** IP version. */
  readonly family: 4 | 6;
  /** Source, 4 or 16 bytes. */
  readonly source: Uint8Array;
  /** Destination, 4 or 16 bytes. */
  readonly destination: Uint8Array;
}

/** One protocol header of a packet under construction. */
export interface Layer {
  /** Protocol, as in {@link BuiltLayer}. */
  readonly name: string;
  /** Header bytes; a function where they depend on the length of the body. */
  readonly length: number | ((bodyLength: number) => number);
  /** How an Ethernet-like layer around it calls it; absent: it writes a length (802.3). */
  readonly etherType?: number;
  /** How PPP calls it. */
  readonly pppProtocol?: number;
  /** How IP and IPv6 extension headers call it. */
  readonly ipProtocol?: number;
  /** Link type of a frame that starts with it. */
  readonly linkType?: number;
  /** Set by network layers. */
  readonly pseudoHeader?: PseudoHeader;
  /** Set by routing headers: destination that checksums cover (RFC 8200 section 8.1). */
  readonly finalDestination?: Uint8Array;
  /** Trailer bytes behind a body of a length. */
  trailer?(bodyLength: number): number;
  /** Writes header and trailer. */
  write(site: EmitSite): void;
}

/** Addresses for the checksum of the layer at a site: the nearest network layer, with routing headers in between. */
export function pseudoHeaderOf(site: EmitSite): PseudoHeader | undefined {
  let destination: Uint8Array | undefined;
  for (let i = site.outer.length - 1; i >= 0; i--) {
    const layer = site.outer[i];
    destination = layer.finalDestination ?? destination;
    if (layer.pseudoHeader) return destination ? { ...layer.pseudoHeader, destination } : layer.pseudoHeader;
  }
  return undefined;
}

/** Checks that a header field is an integer from 0 to `max`. */
export function checkField(layer: string, field: string, value: number, max: number): number {
  if (!Number.isInteger(value) || value < 0 || value > max) {
    throw new RangeError(`Cannot build ${layer}: ${field} must be an integer from 0 to ${max}: got ${value}`);
  }
  return value;
}
