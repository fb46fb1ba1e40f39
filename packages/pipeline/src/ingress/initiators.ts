import { FLOW_KEY_PROTOCOL, FLOW_KEY_SELECTOR, FLOW_KEY_WORDS, reverseFlowInto } from '@midplane/flow';
import { FLAG_ICMP_ERROR, FLAG_SELECTOR, FRAGMENT_LATER, KIND_IPV4, PROTOCOL_UNKNOWN } from '@midplane/packet';
import { SessionTable } from '@midplane/session-table';
import type { PathBatch } from '../path-batch.ts';
import { readEmbedded } from './read-ahead.ts';

const TCP = 6;
const ESP = 50;
const AH = 51;
const SYN_ACK = 0x12;

/** Conversations that are remembered; what begins when there are more counts as begun by the source of each packet. */
const CONVERSATIONS = 16_777_216;

/**
 * Who began each conversation: the source of its first packet in the input, the destination if that is a SYN with ACK.
 *
 * Packets without ports of their own go by the first conversation of their two hosts: later fragments, and ESP and AH,
 * whose directions have different SPIs. An ICMP error comes from the side that the packet inside it was sent to.
 */
export class Initiators {
  private readonly table = new SessionTable({ capacity: CONVERSATIONS });
  private readonly hosts = new Int32Array(FLOW_KEY_WORDS);
  private readonly key = new Int32Array(FLOW_KEY_WORDS);
  /** By row of the batch noted last: 1 = its source has begun; and the number of the first packet of that batch. */
  private begun = new Uint8Array(0);
  private noted = 0;

  /**
   * Whether the source of each packet of a batch has begun its conversation, which is remembered: 1 = it has, by row.
   *
   * Asked again of the same batch it says the same: what comes later in a batch says nothing about what came before.
   *
   * @param from First row that counts.
   */
  noteRows(batch: PathBatch, from: number): Uint8Array {
    const { count, firstPacket } = batch;
    if (from >= count || this.noted === firstPacket) return this.begun;
    if (this.begun.length < count) this.begun = new Uint8Array(count);
    for (let row = from; row < count; row++) {
      if (batch.packets.kind[row] >= KIND_IPV4) this.begun[row] = this.note(batch, row) ? 1 : 0;
    }
    this.noted = firstPacket;
    return this.begun;
  }

  /** A conversation is known whose source has begun it. */
  remember(key: Int32Array): void {
    if (this.table.find(key, 0) >= 0) return;
    this.table.insert(key, 0, 0, 0);
    this.noteHosts(key, 0, true);
  }

  /** Whether the source of a packet, an IP packet, has begun its conversation, which is remembered. */
  private note(batch: PathBatch, row: number): boolean {
    const { key, flags, fragment, protocol, tcpFlags } = batch.packets;
    const at = row * FLOW_KEY_WORDS;
    if (flags[row] & FLAG_ICMP_ERROR && readEmbedded(batch, row, this.key)) {
      const isSource = this.isSource(this.key, 0);
      if (isSource !== undefined) return !isSource;
    }
    const upper = protocol[row];
    const hasPorts = (flags[row] & FLAG_SELECTOR) !== 0 && upper !== ESP && upper !== AH && upper !== PROTOCOL_UNKNOWN;
    if (fragment[row] === FRAGMENT_LATER || !hasPorts) return this.noteHosts(key, at, true);
    const known = this.table.find(key, at);
    if (known >= 0) return (known & 1) === 0;
    const isSource = upper !== TCP || (tcpFlags[row] & SYN_ACK) !== SYN_ACK;
    if (isSource) {
      this.table.insert(key, at, 0, 0);
    } else {
      reverseFlowInto(key, at, this.key, 0);
      this.table.insert(this.key, 0, 0, 0);
    }
    this.noteHosts(key, at, isSource);
    return isSource;
  }

  /** Whether the source of a flow has begun it; undefined if no packet of it was noted. */
  isSource(key: Int32Array, at: number): boolean | undefined {
    let flow = this.table.find(key, at);
    if (flow < 0) flow = this.table.find(this.hostsOf(key, at), 0);
    return flow < 0 ? undefined : (flow & 1) === 0;
  }

  /** Whether the source has begun the first conversation of two hosts; if there was none, whether it has begun this one. */
  private noteHosts(key: Int32Array, at: number, isSource: boolean): boolean {
    const { table } = this;
    const hosts = this.hostsOf(key, at);
    const known = table.find(hosts, 0);
    if (known >= 0) return (known & 1) === 0;
    if (!isSource) reverseFlowInto(hosts, 0, hosts, 0);
    table.insert(hosts, 0, 0, 0);
    return isSource;
  }

  /** The flow key of two hosts: theirs without protocol and ports. */
  private hostsOf(key: Int32Array, at: number): Int32Array {
    const { hosts } = this;
    for (let word = 0; word < FLOW_KEY_SELECTOR; word++) hosts[word] = key[at + word];
    hosts[FLOW_KEY_SELECTOR] = 0;
    hosts[FLOW_KEY_PROTOCOL] = key[at + FLOW_KEY_PROTOCOL] & ~0xff;
    return hosts;
  }
}
