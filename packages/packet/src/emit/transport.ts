import { IP_SCTP, IP_TCP, IP_UDP } from '../_constants.ts';
import { crc32c, transportChecksum } from './checksum.ts';
import { checkField, type EmitSite, type Layer, pseudoHeaderOf } from './layer.ts';

/** Ports of a transport header. */
export interface PortOptions {
  /** Source port; default 49152. */
  readonly sourcePort?: number;
  /** Destination port; default 80 for TCP, 53 for UDP, 3868 for SCTP. */
  readonly destinationPort?: number;
}

/** Fields of a TCP header. */
export interface TcpOptions extends PortOptions {
  /** Flags: letters of `FSRPAUEC` (E is ECE, C is CWR), or the flag byte; default `'A'`. */
  readonly flags?: string | number;
  /** Sequence number; default 1. */
  readonly sequence?: number;
  /** Acknowledgment number; default 0. */
  readonly acknowledgment?: number;
  /** Window; default 65535. */
  readonly window?: number;
  /** Urgent pointer; default 0. */
  readonly urgent?: number;
  /** Option bytes; padded with zeros to a multiple of 4, 40 at most. */
  readonly options?: Uint8Array;
  /** Checksum; default the true one. */
  readonly checksum?: number;
}

/** Fields of a UDP header. */
export interface UdpOptions extends PortOptions {
  /** Length; default the true one. */
  readonly length?: number;
  /** Checksum; default the true one. */
  readonly checksum?: number;
}

/** Fields of an SCTP common header. */
export interface SctpOptions extends PortOptions {
  /** Verification tag; default 1, 0 for an INIT. */
  readonly verificationTag?: number;
  /** Whether the payload is chunks already; default `false`: it becomes a DATA chunk, or an INIT if there is none. */
  readonly rawChunks?: boolean;
  /** Checksum; default the true one. */
  readonly checksum?: number;
}

/** Letters of TCP flags, bit 0 first. */
const TCP_FLAGS = 'FSRPAUEC';

function tcpFlagByte(flags: string | number): number {
  if (typeof flags === 'number') return checkField('tcp', 'flags', flags, 255);
  let byte = 0;
  for (const letter of flags) {
    const bit = TCP_FLAGS.indexOf(letter);
    if (bit < 0) throw new SyntaxError(`Cannot build tcp: flags must be letters of ${TCP_FLAGS}: got "${flags}"`);
    byte |= 1 << bit;
  }
  return byte;
}

function writePorts({ view, at }: EmitSite, layer: string, given: PortOptions, defaultPort: number): void {
  view.setUint16(at, checkField(layer, 'sourcePort', given.sourcePort ?? 49_152, 65_535));
  view.setUint16(at + 2, checkField(layer, 'destinationPort', given.destinationPort ?? defaultPort, 65_535));
}

/** TCP header (RFC 9293). */
export function tcpLayer(given: TcpOptions): Layer {
  const options = given.options ?? new Uint8Array(0);
  checkField('tcp', 'length of options', options.length, 40);
  const length = 20 + Math.ceil(options.length / 4) * 4;
  const flags = tcpFlagByte(given.flags ?? 'A');
  return {
    name: 'tcp',
    length,
    ipProtocol: IP_TCP,
    write(site) {
      const { bytes, view, at, bodyEnd } = site;
      writePorts(site, 'tcp', given, 80);
      view.setUint32(at + 4, checkField('tcp', 'sequence', given.sequence ?? 1, 0xffff_ffff));
      view.setUint32(at + 8, checkField('tcp', 'acknowledgment', given.acknowledgment ?? 0, 0xffff_ffff));
      view.setUint8(at + 12, (length / 4) << 4);
      view.setUint8(at + 13, flags);
      view.setUint16(at + 14, checkField('tcp', 'window', given.window ?? 65_535, 65_535));
      view.setUint16(at + 18, checkField('tcp', 'urgent', given.urgent ?? 0, 65_535));
      bytes.set(options, at + 20);
      const pseudo = pseudoHeaderOf(site);
      view.setUint16(at + 16, given.checksum ?? (pseudo ? transportChecksum(pseudo, IP_TCP, bytes, at, bodyEnd) : 0));
    },
  };
}

/** UDP header (RFC 768). */
export function udpLayer(given: UdpOptions): Layer {
  return {
    name: 'udp',
    length: 8,
    ipProtocol: IP_UDP,
    write(site) {
      const { bytes, view, at, bodyEnd } = site;
      writePorts(site, 'udp', given, 53);
      view.setUint16(at + 4, checkField('udp', 'length', given.length ?? bodyEnd - at, 65_535));
      const pseudo = pseudoHeaderOf(site);
      // a sum of 0 is sent as its other form, since 0 says that there is none
      const sum = pseudo ? transportChecksum(pseudo, IP_UDP, bytes, at, bodyEnd) || 0xffff : 0;
      view.setUint16(at + 6, given.checksum ?? sum);
    },
  };
}

/** Bytes of a DATA chunk before its data, and of an INIT chunk (RFC 9260 sections 3.3.1 and 3.3.2). */
const DATA_HEADER = 16;
const INIT_LENGTH = 20;

/** SCTP common header with one chunk (RFC 9260). */
export function sctpLayer(given: SctpOptions): Layer {
  const chunkOf = (bodyLength: number): number => (given.rawChunks ? 0 : bodyLength > 0 ? DATA_HEADER : INIT_LENGTH);
  return {
    name: 'sctp',
    length: (bodyLength) => 12 + chunkOf(bodyLength),
    ipProtocol: IP_SCTP,
    trailer: (bodyLength) => (chunkOf(bodyLength) === DATA_HEADER ? (4 - (bodyLength % 4)) % 4 : 0),
    write(site) {
      const { bytes, view, at, bodyAt, bodyEnd, end } = site;
      const chunk = chunkOf(bodyEnd - bodyAt);
      writePorts(site, 'sctp', given, 3868);
      view.setUint32(at + 4, given.verificationTag ?? (chunk === INIT_LENGTH ? 0 : 1));
      if (chunk === DATA_HEADER) {
        view.setUint16(at + 12, 0x0003); // type DATA, first and last fragment
        view.setUint16(at + 14, bodyEnd - at - 12);
        view.setUint32(at + 16, 1); // transmission sequence number
      } else if (chunk === INIT_LENGTH) {
        view.setUint16(at + 12, 0x0100); // type INIT
        view.setUint16(at + 14, INIT_LENGTH);
        view.setUint32(at + 16, 1); // initiate tag
        view.setUint32(at + 20, 65_536); // receiver window
        view.setUint16(at + 24, 1); // outbound streams
        view.setUint16(at + 26, 1); // inbound streams
        view.setUint32(at + 28, 1); // initial TSN
      }
      view.setUint32(at + 8, given.checksum ?? crc32c(bytes, at, end), given.checksum === undefined);
    },
  };
}
