/** Where a session is in its life. */
export type PipelineSessionState = 'valid' | 'pending' | 'invalidated';

/** One wing of a session: what a packet of it carries, and what was counted. Plain data. */
export interface PipelineWing {
  /** Source address as text. */
  readonly source: string;
  /** Source port; the identifier of ICMP queries, the upper half of an SPI, 0 for other protocols. */
  readonly sourcePort: number;
  /** Destination address as text. */
  readonly destination: string;
  /** Destination port; the identifier of ICMP queries, the lower half of an SPI, 0 for other protocols. */
  readonly destinationPort: number;
  /** Protocol by name, or as a decimal number where it has none. */
  readonly protocol: string;
  /** Interface by which packets of this wing come in; undefined where the run does not know it. */
  readonly interface: string | undefined;
  /** Packets of this wing. */
  readonly packets: number;
  /** Their bytes on the wire. */
  readonly bytes: number;
  /** Session ID at the central point of this wing, as a decimal string; `0` = not registered. */
  readonly cpSessionId: string;
}

/** A session of an SPU at one moment. Plain data. */
export interface PipelineSession {
  /** SPU that owns it. */
  readonly spuId: number;
  /** SPU ID x stride + index, as a decimal string. */
  readonly sessionId: string;
  /** Where it is in its life. */
  readonly state: PipelineSessionState;
  /** Policy that let the first packet pass. */
  readonly policy: { readonly name: string; readonly index: number };
  /** Seconds without a packet after which it ages out. */
  readonly timeoutSeconds: number;
  /** What is left of them. */
  readonly remainingSeconds: number;
  /** Arrival number of the first packet, from 1. */
  readonly firstPacket: number;
  /** When the first packet came, in whole seconds of simulated time; undefined where the run does not know it. */
  readonly startSeconds: number | undefined;
  /** The in wing as text, such as `192.0.2.1:1234 > 198.51.100.2:443/tcp`. */
  readonly flow: string;
  /** Interface out of a leaf session of multicast; undefined for every other session. */
  readonly leaf: string | undefined;
  /** The wing as the first packet came. */
  readonly in: PipelineWing;
  /** The wing as the reply comes; undefined for a session of one wing (ESP, AH). */
  readonly out: PipelineWing | undefined;
}

/** Which sessions, and when. */
export interface SessionQuery {
  /** Sessions of this SPU only. */
  readonly spuId?: number;
  /**
   * Moment to look at, in nanoseconds of simulated time: now (the default) or later. Of a later moment it is told what is
   * alive then if no packet comes meanwhile.
   */
  readonly atNs?: number;
}

/** Sessions of one SPU, counted. */
export interface SessionCounts {
  /** The SPU. */
  readonly spuId: number;
  /** Sessions that carry traffic. */
  readonly valid: number;
  /** Sessions that the central point has not confirmed. */
  readonly pending: number;
  /** Sessions that ended and linger. */
  readonly invalidated: number;
  /** Valid sessions whose in wing goes to a multicast address. */
  readonly multicast: number;
  /** Sessions whose in wing is IPv4. */
  readonly ipv4: number;
  /** Sessions whose in wing is IPv6. */
  readonly ipv6: number;
}
