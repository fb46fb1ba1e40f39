import { FLOW_KEY_SELECTOR, FLOW_KEY_WORDS, reverseFlowInto } from '@midplane/flow';
import { FLAG_ICMP_ERROR, FRAGMENT_LATER, type PacketBatch } from '@midplane/packet';
import { hashWing } from '@midplane/session-table';
import type { CompiledConfiguration } from '../configuration/compile-configuration.ts';
import { outcomeOf } from '../drop-reasons.ts';
import type { Egress } from '../egress/egress.ts';
import { NAT_EXHAUSTED, NAT_NONE } from '../nat/source-nat.ts';
import type { NpuEntries } from '../npu/entries.ts';
import type { Npu } from '../npu/npu.ts';
import type { ParameterValues } from '../parameters.ts';
import { OUTCOME_PENDING, type PathBatch } from '../path-batch.ts';
import { POLICY_PERMIT, POLICY_REJECT } from '../policy/policy-table.ts';
import type { Regime } from '../regime/regime.ts';
import { Admission } from './admission.ts';
import type { HandOver } from './hand-over.ts';
import {
  firstState,
  isOpening,
  isReset,
  isTelnet,
  STATE_PENDING,
  STATE_TELNET,
  STATE_TEMPLATE,
  timeoutOf,
  withSteady,
} from './lifetime.ts';
import { countCopies, isGroup, Multicast } from './multicast.ts';
import type { PendingSessions } from './pending-sessions.ts';
import type { SessionEnds } from './session-ends.ts';
import type { Spu } from './spu.ts';
import { WORK_ADMIT, WORK_REFUSE } from './work-kind.ts';

const TCP = 6;
const ESP = 50;
const AH = 51;
const TABLE_FULL = outcomeOf('session-table-full');
const NO_SYN = outcomeOf('tcp-without-syn');
const DENIED = outcomeOf('policy-deny');
const REJECTED = outcomeOf('policy-reject');
const EXHAUSTED = outcomeOf('nat-pool-exhausted');
const WING_CONFLICT = outcomeOf('wing-conflict');
const NO_ROUTE = outcomeOf('multicast-without-route');

/** What the first path needs. */
export interface FirstPathOptions {
  readonly spus: readonly Spu[];
  readonly npus: readonly Npu[];
  readonly values: ParameterValues;
  readonly entries: NpuEntries;
  readonly regime: Regime;
  readonly handOver: HandOver;
  readonly pending: PendingSessions;
  readonly ends: SessionEnds;
  /** What the device is told; undefined = everything passes as it is. */
  readonly configuration: CompiledConfiguration | undefined;
  /** Position of the NPU of an interface; -1 = none. */
  readonly npuOf: (interfaceIndex: number) => number;
  /** Counts the answer to a packet, which its SPU has made itself. */
  readonly generate: (batch: PathBatch, row: number) => void;
  /** Counts copies of a multicast packet. */
  readonly replicate: (spu: number, copies: number) => void;
  /** Where packets leave, where that is modelled. */
  readonly egress: Egress | undefined;
}

/** The first path: a packet without a session is checked and makes one, or is dropped. */
export class FirstPath {
  private readonly options: FirstPathOptions;
  private readonly admission: Admission | undefined;
  private multicast: Multicast | undefined;
  private hasNat = false;
  private synCheck = false;
  private readonly out = new Int32Array(FLOW_KEY_WORDS);
  private readonly plain = new Int32Array(FLOW_KEY_WORDS);
  private binding = NAT_NONE;
  private hasOwnOut = false;
  private route = -1;

  constructor(options: FirstPathOptions) {
    this.options = options;
    const { configuration } = options;
    this.admission = configuration && new Admission(configuration);
    this.configure();
  }

  /** The configuration has other tables. */
  configure(): void {
    const { configuration } = this.options;
    const routes = configuration?.multicast;
    this.multicast = routes !== undefined && routes.interfaces.length > 0 ? new Multicast(routes) : undefined;
    this.hasNat = configuration?.hasNat ?? false;
    this.synCheck = configuration?.flow.synCheck ?? false;
  }

  /**
   * Makes a session of the packet in a row, in place of one of the same key that is over.
   *
   * @param stale The flow of that one; -1 = none.
   */
  start(batch: PathBatch, row: number, key: Int32Array, at: number, wingHash: number, stale: number): void {
    const { entries, regime, values, npus, pending, ends, handOver } = this.options;
    const position = batch.spu[row];
    const spu = this.options.spus[position];
    const table = spu.table!;
    const { packets } = batch;
    const tick = batch.tick[row];
    const protocol = key[at + 9] & 0xff;
    const refusal = this.check(batch, row, key, at, stale);
    const doneNs = handOver.work(batch, row, refusal === 0 ? WORK_ADMIT : WORK_REFUSE, wingHash);
    if (refusal !== 0) {
      if (refusal === REJECTED && isAnswered(batch.packets, row, key, at)) this.options.generate(batch, row);
      batch.outcome[row] = refusal;
      regime.abandon(position, key, at, wingHash);
      return;
    }
    const bits = stale >= 0 ? ends.giveWay(spu, position, stale >>> 1) : 0;
    const telnet = isTelnet(protocol, key[at + FLOW_KEY_SELECTOR]) ? STATE_TELNET : 0;
    const template = this.route >= 0 ? STATE_TEMPLATE : 0;
    const state = firstState(protocol, packets.tcpFlags[row]) | telnet | template;
    const timeout = spu.cut(timeoutOf(state, protocol, packets.flags[row], values));
    const session = table.insert(key, at, tick, timeout, wingHash);
    if (session < 0) {
      spu.sourceNat?.release(this.binding, this.out, 0);
      spu.failed++;
      batch.outcome[row] = TABLE_FULL;
      regime.abandon(position, key, at, wingHash);
      return;
    }
    if (this.hasOwnOut) table.setOutWing(session, this.out, 0);
    if (this.binding >= 0) spu.bindings.set(session, this.binding);
    const generation = batch.numberOf(row);
    table.setUser(session, 1, generation);
    table.setUser(session, 0, withSteady(state, protocol));
    const waits = regime.begin(doneNs, position, session, generation);
    table.count(session << 1, packets.records!.length[row], tick);
    if (this.route >= 0) {
      this.multicast!.begin(spu, session, this.route, tick, timeout);
      if (waits === 0) this.copy(batch, row, spu, session);
    }
    spu.remember(session, wingHash);
    spu.created++;
    spu.firstPath++;
    batch.flow[row] = session << 1;
    spu.orderMeter?.begin(session, handOver.nowNs(batch, row));
    this.options.egress?.begin(position, session);
    const egress = this.admission === undefined ? -1 : this.options.npuOf(this.admission.egress);
    if (waits === 0) {
      if (bits !== 0) entries.inherit(doneNs, position, session, bits);
      entries.request(doneNs, batch.npu[row], position, session);
      if (egress >= 0) entries.request(doneNs, egress, position, session);
    } else {
      table.setUser(session, 0, state | STATE_PENDING);
      pending.begin(spu, session, waits, bits | (egress < 0 ? 0 : npus[egress].bit));
      if (batch.outcome[row] === OUTCOME_PENDING) pending.hold(batch, row, spu, session);
    }
  }

  /** Copies a packet of a template session to its leaves: the packet itself is one of them. */
  copy(batch: PathBatch, row: number, spu: Spu, session: number): void {
    const copies = countCopies(batch, row, spu, session);
    if (copies === 0) batch.outcome[row] = TABLE_FULL;
    else if (copies > 1) this.options.replicate(batch.spu[row], copies - 1);
  }

  /** Checks a first packet and finds its translation; returns the outcome of a packet that is refused, 0 = none. */
  private check(batch: PathBatch, row: number, key: Int32Array, at: number, stale: number): number {
    this.binding = NAT_NONE;
    this.hasOwnOut = false;
    this.route = -1;
    const protocol = key[at + 9] & 0xff;
    const tcpFlags = batch.packets.tcpFlags[row];
    if (this.synCheck && protocol === TCP && !isOpening(protocol, tcpFlags)) return NO_SYN;
    const { admission } = this;
    if (admission === undefined) return 0;
    const isMulticast = this.multicast !== undefined && isGroup(key, at);
    if (isMulticast) {
      this.route = this.multicast!.find(key, at);
      if (this.route < 0) return NO_ROUTE;
    }
    const action = admission.admit(key, at, batch.ingress[row]);
    if (action !== POLICY_PERMIT) {
      return action === POLICY_REJECT ? REJECTED : DENIED;
    }
    return this.hasNat && !isMulticast && protocol !== ESP && protocol !== AH
      ? this.translate(batch.spu[row], key, at, stale)
      : 0;
  }

  private translate(position: number, key: Int32Array, at: number, stale: number): number {
    const { fromZone, toZone, egress, forward } = this.admission!;
    const { out, plain } = this;
    const spu = this.options.spus[position];
    this.binding = spu.sourceNat!.translate(forward, 0, fromZone, toZone, egress, out, 0);
    if (this.binding === NAT_EXHAUSTED) {
      spu.failed++;
      return EXHAUSTED;
    }
    reverseFlowInto(key, at, plain, 0);
    this.hasOwnOut = out.some((word, i) => word !== plain[i]);
    const outHash = hashWing(out, 0);
    const other = spu.table!.find(out, 0, outHash);
    const isTaken = other >= 0 && other >>> 1 !== stale >>> 1;
    if (!isTaken && !this.options.regime.isTaken(position, out, outHash)) return 0;
    spu.sourceNat!.release(this.binding, out, 0);
    spu.failed++;
    return WING_CONFLICT;
  }
}

/**
 * Whether a packet that is rejected is answered: no reset, ICMP error, later fragment,
 * multicast (RFC 1122 section 3.2.2).
 */
function isAnswered({ flags, fragment, tcpFlags }: PacketBatch, row: number, key: Int32Array, at: number): boolean {
  return (
    !isReset(key[at + 9] & 0xff, tcpFlags[row]) &&
    (flags[row] & FLAG_ICMP_ERROR) === 0 &&
    fragment[row] !== FRAGMENT_LATER &&
    !isGroup(key, at)
  );
}
