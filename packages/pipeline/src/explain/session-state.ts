import { PROTOCOL_AH, PROTOCOL_ESP, PROTOCOL_ICMP, PROTOCOL_ICMP6, PROTOCOL_TCP, PROTOCOL_UDP } from '@midplane/flow';
import { firstState, nextState } from '../spu/lifetime.ts';
import type { ExplainRuleId } from './rules.ts';

const FIN = 0x01;
const SYN = 0x02;
const RST = 0x04;
const ACK = 0x10;

// the bits of a state, as the life of a session sets them
const SYN_SEEN = firstState(PROTOCOL_TCP, SYN);
const ESTABLISHED = firstState(PROTOCOL_TCP, ACK);
const SYN_ACK_SEEN = nextState(0, PROTOCOL_TCP, SYN | ACK, 1);
const FIN_IN = nextState(0, PROTOCOL_TCP, FIN, 0);
const FIN_OUT = nextState(0, PROTOCOL_TCP, FIN, 1);
const RESET = nextState(0, PROTOCOL_TCP, RST, 0);
const ANSWERED = nextState(0, PROTOCOL_UDP, 0, 1);

/** How far a session has come, in words, and the rules that say so and for how long it stays. */
export interface SessionPhase {
  /** As `established`. */
  readonly text: string;
  readonly rules: readonly ExplainRuleId[];
}

/** Reads the state bits of a session. */
export function phaseOf(state: number, protocol: number): SessionPhase {
  if (protocol === PROTOCOL_TCP) return tcpPhaseOf(state);
  const text = state & ANSWERED ? 'answered' : 'without an answer so far';
  if (protocol === PROTOCOL_UDP) return { text, rules: ['R-age-6'] };
  if (protocol === PROTOCOL_ICMP || protocol === PROTOCOL_ICMP6) return { text, rules: ['R-spu-12', 'R-age-7'] };
  if (protocol === PROTOCOL_ESP || protocol === PROTOCOL_AH) {
    return { text: 'of one wing, as the other direction has an SPI of its own', rules: ['R-spu-15', 'R-age-8'] };
  }
  return { text, rules: ['R-spu-16', 'R-age-8'] };
}

function tcpPhaseOf(state: number): SessionPhase {
  if (state & RESET) return { text: 'reset', rules: ['R-spu-7', 'R-age-5'] };
  if (state & FIN_IN && state & FIN_OUT) {
    return { text: 'closed by FIN in both directions', rules: ['R-spu-7', 'R-age-4'] };
  }
  if (state & ESTABLISHED) {
    const by = state & FIN_IN ? 'initiator' : state & FIN_OUT ? 'responder' : undefined;
    const text = by === undefined ? 'established' : `established, with a FIN of its ${by}`;
    return { text, rules: ['R-spu-9', 'R-age-2'] };
  }
  const seen = state & SYN_ACK_SEEN ? 'SYN and SYN ACK seen' : state & SYN_SEEN ? 'SYN seen' : 'nothing of it seen';
  return { text: `in its handshake, ${seen}`, rules: ['R-spu-9', 'R-age-3'] };
}

/** Whether a TCP packet that makes a session does so without SYN. */
export function startsWithoutSyn(protocol: number, tcpFlags: number): boolean {
  return protocol === PROTOCOL_TCP && (tcpFlags & SYN) === 0;
}

/** TCP flags in words, in the order in which people say them. */
export function tcpFlagNames(flags: number): string {
  const names = ['SYN', 'FIN', 'RST', 'PSH', 'ACK', 'URG', 'ECE', 'CWR'];
  const bits = [SYN, FIN, RST, 0x08, ACK, 0x20, 0x40, 0x80];
  return names.filter((_, i) => flags & bits[i]).join(' ') || 'no flags';
}
