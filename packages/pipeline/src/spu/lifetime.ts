import { FLAG_ICMP_QUERY } from '@midplane/packet';
import type { ParameterValues } from '../parameters.ts';

const TCP = 6;
const UDP = 17;
const ICMP = 1;
const ICMPV6 = 58;
const TELNET_PORT = 23;
const FIN = 0x01;
const SYN = 0x02;
const RST = 0x04;
const ACK = 0x10;

/** Session state bits, kept in user word 0 of an SPU session. */
const STATE_SYN = 1 << 0; // SYN of the in wing
const STATE_SYN_ACK = 1 << 1; // SYN and ACK of the out wing
const STATE_ESTABLISHED = 1 << 2;
const STATE_FIN_IN = 1 << 3;
const STATE_FIN_OUT = 1 << 4;
const STATE_RESET = 1 << 5;
const STATE_ANSWERED = 1 << 6;
const STATE_FIN_BOTH = STATE_FIN_IN | STATE_FIN_OUT;
/** The session is over; it is still in the table for a while, and counts as in use. */
export const STATE_INVALID: number = 1 << 9;
/** The session waits for the central point. */
export const STATE_PENDING: number = 1 << 10;
/** A telnet session, which may be silent for longer. */
export const STATE_TELNET: number = 1 << 11;
/** A multicast session, whose packets are copied. */
export const STATE_TEMPLATE: number = 1 << 12;
/** An open session that a plain packet of the in wing, of the out wing, leaves as it is; kept by `withSteady`. */
export const STATE_STEADY_IN: number = 1 << 7;
export const STATE_STEADY_OUT: number = 1 << 8;

/**
 * State of a session after its first packet.
 *
 * A TCP session that starts without SYN (the capture began in the middle) is taken as established.
 *
 * Fidelity: assumed. A device may refuse such a packet (SYN check); captures would lose most of their traffic to it.
 */
export function firstState(protocol: number, tcpFlags: number): number {
  if (protocol !== TCP) return 0;
  if (tcpFlags & RST) return STATE_RESET;
  if (tcpFlags & SYN) return tcpFlags & ACK ? STATE_SYN_ACK | STATE_ESTABLISHED : STATE_SYN;
  return STATE_ESTABLISHED | (tcpFlags & FIN ? STATE_FIN_IN : 0);
}

/** Whether a flow is one of telnet, by the port of its server. */
export function isTelnet(protocol: number, selector: number): boolean {
  return protocol === TCP && ((selector & 0xffff) === TELNET_PORT || selector >>> 16 === TELNET_PORT);
}

/** State of a session after one more packet of a wing (0 = in, 1 = out). */
export function nextState(state: number, protocol: number, tcpFlags: number, wing: number): number {
  // hot: called per packet
  if (protocol !== TCP) return wing === 1 ? state | STATE_ANSWERED : state;
  if (tcpFlags & RST) return state | STATE_RESET;
  let next = state;
  if (tcpFlags & FIN) next |= wing === 0 ? STATE_FIN_IN : STATE_FIN_OUT;
  if (state & STATE_ESTABLISHED) return next;
  if (wing === 1) return (tcpFlags & (SYN | ACK)) === (SYN | ACK) ? next | STATE_SYN_ACK : next;
  if (state & STATE_SYN_ACK && tcpFlags & ACK && !(tcpFlags & SYN)) next |= STATE_ESTABLISHED;
  return next;
}

/** Whether a packet is plain: not of TCP, or without SYN, FIN and RST. */
export function isPlain(protocol: number, tcpFlags: number): boolean {
  // hot: called per packet
  return protocol !== TCP || (tcpFlags & (SYN | FIN | RST)) === 0;
}

/** The state with its steady bits as they should be. */
export function withSteady(state: number, protocol: number): number {
  const bare = state & ~(STATE_STEADY_IN | STATE_STEADY_OUT);
  if (bare & (STATE_PENDING | STATE_INVALID | STATE_TEMPLATE)) return bare;
  if (protocol !== TCP) return bare | STATE_STEADY_IN | (bare & STATE_ANSWERED ? STATE_STEADY_OUT : 0);
  return bare & STATE_ESTABLISHED && !isClosed(bare) ? bare | STATE_STEADY_IN | STATE_STEADY_OUT : bare;
}

/** The state of a session that is over. */
export function invalidated(state: number): number {
  return (state & ~(STATE_STEADY_IN | STATE_STEADY_OUT)) | STATE_INVALID;
}

/** Whether a new SYN starts another session: the old one was reset or finished in both directions. */
export function isClosed(state: number): boolean {
  return (state & STATE_RESET) !== 0 || (state & STATE_FIN_BOTH) === STATE_FIN_BOTH;
}

/** Whether a TCP packet opens a session: SYN without ACK. */
export function isOpening(protocol: number, tcpFlags: number): boolean {
  return protocol === TCP && (tcpFlags & (SYN | ACK | RST)) === SYN;
}

/** Whether a packet is a TCP reset. */
export function isReset(protocol: number, tcpFlags: number): boolean {
  return protocol === TCP && (tcpFlags & RST) !== 0;
}

/** Seconds without a packet after which a session in a state ages out. */
export function timeoutOf(state: number, protocol: number, flags: number, values: ParameterValues): number {
  if (state & STATE_TEMPLATE) return values.multicastTimeoutS;
  if (protocol === TCP) {
    if (state & STATE_RESET) return values.tcpResetTimeoutS;
    if ((state & STATE_FIN_BOTH) === STATE_FIN_BOTH) return values.tcpTimeWaitS;
    if ((state & STATE_ESTABLISHED) === 0) return values.tcpInitialTimeoutS;
    return state & STATE_TELNET ? values.telnetTimeoutS : values.tcpEstablishedTimeoutS;
  }
  if (protocol === UDP) return values.udpTimeoutS;
  if (protocol === ICMP || protocol === ICMPV6) {
    return state & STATE_ANSWERED && flags & FLAG_ICMP_QUERY ? values.icmpAnsweredTimeoutS : values.icmpTimeoutS;
  }
  return values.otherTimeoutS;
}

/** What `show security flow session` calls a state. */
export function stateName(state: number): 'valid' | 'pending' | 'invalidated' {
  if (state & STATE_INVALID) return 'invalidated';
  return state & STATE_PENDING ? 'pending' : 'valid';
}
