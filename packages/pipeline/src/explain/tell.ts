import type { ResolvedChassis } from '@midplane/chassis';
import { FLOW_KEY_PROTOCOL, FLOW_KEY_SOURCE, formatFlow, protocolName } from '@midplane/flow';
import type { FlowHash } from '@midplane/hash';
import {
  FLAG_ICMP,
  FLAG_ICMP_ERROR,
  FRAGMENT_FIRST,
  FRAGMENT_LATER,
  KIND_MALFORMED,
  KIND_NON_IP,
} from '@midplane/packet';
import { formatSessionId, sessionIdOf } from '@midplane/spu-id';
import type { CompiledConfiguration } from '../configuration/compile-configuration.ts';
import type { Units } from '../control/units.ts';
import { DROP_REASONS, type DropReason } from '../drop-reasons.ts';
import { OUTCOME_DROPPED, OUTCOME_TO_RE } from '../path-batch.ts';
import { formatCount } from '../report/text-table.ts';
import { stateName } from '../spu/lifetime.ts';
import type { ExplainedPacket, ExplainedSession, ExplainedStage, ExplainedStep } from './explanation.ts';
import { citeRules, type ExplainRuleId } from './rules.ts';
import { phaseOf, tcpFlagNames } from './session-state.ts';
import type { SessionSight, Sighting } from './sighting.ts';
import { tellKey } from './tell-key.ts';
import { ingressName, tellPolicy } from './tell-policy.ts';
import { tellSession, tellSpu } from './tell-spu.ts';

const ARP = 0x0806;

/** What a telling needs to know of the run. */
export interface TellContext {
  readonly regime: ResolvedChassis['regime'];
  /** SPUs and I/O cards by their positions. */
  readonly units: Units;
  readonly hash: FlowHash;
  /** Whether the hash has source and destination in a fixed order. */
  readonly symmetric: boolean;
  /** Rows of the distribution table. */
  readonly rows: number;
  /** What the device was told; undefined = nothing. */
  readonly configuration: CompiledConfiguration | undefined;
}

/** A step as the parts of this file write it. */
export type Told = readonly [text: string, ...rules: ExplainRuleId[]];

const OUTCOME_RULES: Readonly<Record<DropReason, Told>> = {
  malformed: ['its headers fail the checks', 'R-npu-1'],
  'family-drop': ['it is not IP, and its family is not forwarded', 'R-fam-2'],
  'session-table-full': ['the session table of its SPU is full', 'R-spu-4'],
  'fragment-without-first': ['the first fragment, which names the ports, did not come in time', 'R-frag-4', 'R-frag-1'],
  'fragment-queue-full': ['its SPU holds as many fragments of this packet as it may', 'R-frag-3'],
  'fragment-chains-full': ['its SPU holds fragments of as many packets as it may', 'R-frag-3'],
  'icmp-error-without-session': ['no session has the packet that it is about', 'R-spu-14', 'R-spu-13'],
  'headers-cut-off': ['the capture does not have the bytes that name its session', 'R-run-6'],
  'central-point-full': ['the global session table is full', 'R-cp-16'],
  'wing-conflict': ['another session has the wing that its reply would have', 'R-nat-9', 'R-nat-2'],
  'tcp-without-syn': ['a TCP session must begin with SYN, and it has none', 'R-spu-11'],
  'policy-deny': ['its policy denies it', 'R-pol-3'],
  'policy-reject': ['its policy rejects it, and answers', 'R-pol-4'],
  'nat-pool-exhausted': ['the pool of source NAT is used up', 'R-nat-5'],
  'multicast-without-route': ['no route is for its group', 'R-mc-1'],
  'pending-queue-full': ['enough packets wait for the confirmation of its session', 'R-own-7'],
  'spu-queue-full': ['it would wait for a flow thread of its SPU for longer than the queue is', 'R-load-2', 'R-load-1'],
  'packet-memory-full': ['it does not fit into the packet memory of its SPU', 'R-egr-4'],
  'egress-queue-full': ['the queue of the I/O card that it leaves by is full', 'R-egr-3', 'R-egr-2'],
  'no-spu-left': ['no SPU has CPU and capacity left for another session', 'R-w-14'],
  reset: ['all cards were reset before it had left the chassis', 'R-boot-1', 'R-boot-2'],
  'routing-engine-boots': ['the chassis reboots, no traffic passes', 'R-boot-3', 'R-boot-2'],
  'no-services-card': ['no SPU is left that takes part, no traffic passes', 'R-boot-1', 'R-boot-2'],
  'no-io-card': ['no I/O card is left that takes part', 'R-boot-12'],
  'central-point-boots': ['the SPU of the central point boots, no traffic passes', 'R-boot-3', 'R-boot-2'],
  'no-flow-spu': ['the only SPU left is the central point, which takes no sessions', 'R-boot-7', 'R-boot-2'],
  'spus-boot': ['SPUs boot that have to be up, no traffic passes', 'R-boot-3', 'R-boot-5', 'R-boot-8', 'R-boot-9'],
  'io-cards-boot': ['I/O cards boot, no traffic passes', 'R-boot-3', 'R-boot-2'],
  'tables-load': ['NPUs load the weight table and the distribution table, no traffic passes', 'R-boot-3', 'R-boot-2'],
};

/** Tells what the stages decided about a packet. */
export function tellPacket(seen: Sighting, context: TellContext): ExplainedPacket {
  const { units } = context;
  const isHashed = seen.path !== 'none' && seen.path !== 'central-point' && !isCentricHit(seen, context);
  const steps: ExplainedStep[] = [];
  const add = (stage: ExplainedStage, told: Told | undefined): void => {
    if (told === undefined) return;
    const [text, ...rules] = told;
    steps.push({ stage, text, rules: citeRules(rules) });
  };
  add('ingress', tellIngress(seen, context));
  if (seen.path !== 'none') {
    add('key', isHashed ? tellKey(seen, context) : ['not hashed: the central point places sessions', 'R-mode-3']);
    if (isHashed) add('hash', tellHash(seen, context));
    add('npu', tellNpu(seen, context));
    add('way', tellWay(seen, context));
    add('spu', tellSpu(seen, context));
    add('policy', tellPolicy(seen, context));
    add('session', tellSession(seen, context));
  }
  add('outcome', tellOutcome(seen, context));
  const { after, outcome } = seen;
  return {
    packet: seen.packet,
    timeNs: seen.timeNs,
    lengthBytes: seen.lengthBytes,
    flow: nameOf(seen),
    about: describePacket(seen),
    steps,
    hash: isHashed ? seen.hash : undefined,
    hashIndex: isHashed ? seen.hashIndex : undefined,
    npuSlot: units.iocs[seen.npu].slot,
    npu: seen.path === 'none' || !isLookedUp(seen) ? 'not looked up' : seen.path === 'npu-hit' ? 'hit' : 'miss',
    path: seen.outcome === OUTCOME_TO_RE ? 'none' : pathAtEnd(seen),
    spuId: seen.endedAt < 0 ? undefined : units.spus[seen.endedAt].spuId,
    pass: after && (after.firstPacket === seen.packet ? 'first path' : 'fast path'),
    session: after && sessionOf(after, seen, units),
    outcome:
      outcome === OUTCOME_TO_RE
        ? 'to the Routing Engine'
        : outcome < OUTCOME_DROPPED
          ? 'delivered'
          : DROP_REASONS[outcome - OUTCOME_DROPPED],
  };
}

/** How people call an SPU. */
export function spuName({ units }: TellContext, position: number): string {
  const { spuId, name } = units.spus[position];
  return `SPU ${spuId} (${name})`;
}

/** Session ID as text. */
export function idOf({ position, session }: SessionSight, { spus, sessionIdStride }: Units): string {
  return formatSessionId(sessionIdOf(spus[position].spuId, session, sessionIdStride));
}

/** Whether the NPU looks a packet up. */
function isLookedUp({ kind, fragment, flags }: Sighting): boolean {
  const isPart = fragment === FRAGMENT_FIRST || fragment === FRAGMENT_LATER;
  return !isPart && kind !== KIND_NON_IP && (flags & FLAG_ICMP_ERROR) === 0;
}

function isCentricHit({ path }: Sighting, { regime }: TellContext): boolean {
  return regime === 'centric' && path === 'npu-hit';
}

function pathAtEnd({ path, flags }: Sighting): ExplainedPacket['path'] {
  return path === 'hash' && flags & FLAG_ICMP_ERROR ? 'icmp-error' : path;
}

function sessionOf(after: SessionSight, seen: Sighting, units: Units): ExplainedSession {
  const protocol = seen.about![9] & 0xff;
  return {
    sessionId: idOf(after, units),
    state: stateName(after.state),
    wing: after.wing === 0 ? 'in' : 'out',
    phase: phaseOf(after.state, protocol).text,
    timeoutS: after.timeoutS,
    firstPacket: after.firstPacket,
  };
}

function nameOf({ kind, key, etherType }: Sighting): string {
  if (kind === KIND_MALFORMED) return 'a packet whose IP header cannot be read';
  if (kind !== KIND_NON_IP) return formatFlow(key);
  if (etherType === ARP) return 'ARP';
  return `a frame that is not IP, EtherType 0x${etherType.toString(16).padStart(4, '0')}`;
}

function describePacket({ kind, fragment, flags, protocol, tcpFlags, icmp }: Sighting): string {
  if (kind === KIND_NON_IP || kind === KIND_MALFORMED) return '';
  const parts: string[] = [];
  if (protocol === 6 && fragment !== FRAGMENT_LATER) parts.push(tcpFlagNames(tcpFlags));
  if (flags & FLAG_ICMP_ERROR) parts.push('ICMP error');
  if (flags & FLAG_ICMP) parts.push(`type ${icmp >>> 8} code ${icmp & 0xff}`);
  if (fragment === FRAGMENT_FIRST) parts.push('first fragment');
  if (fragment === FRAGMENT_LATER) parts.push('later fragment');
  return parts.join(', ');
}

function tellIngress(seen: Sighting, context: TellContext): Told {
  const { interfaceIndex, npu } = seen;
  const { slot, card } = context.units.iocs[npu];
  const name = ingressName(seen, context);
  if (name !== undefined) {
    const where = `on whose side its source is, on the NPU of the ${card} in slot ${slot}`;
    const { interfaces } = context.configuration!;
    const isByPrefix = interfaces.find(seen.key, FLOW_KEY_SOURCE, seen.key[FLOW_KEY_PROTOCOL] >>> 8) >= 0;
    return [`comes in on ${name}, ${where}`, isByPrefix ? 'R-npu-13' : 'R-npu-14', 'R-run-1'];
  }
  const text = `comes in on interface ${interfaceIndex} of the capture, which is on the NPU of the ${card} in slot ${slot}`;
  return [text, 'R-npu-13', 'R-run-1'];
}

function tellHash({ hash, hashIndex, aimedAt, path }: Sighting, context: TellContext): Told {
  const rows = formatCount(context.rows);
  const value = `0x${hash.toString(16).padStart(8, '0')}`;
  const index = `hash index ${formatCount(hashIndex)} of ${rows} rows`;
  const text = `${context.hash.name} of the key is ${value}, ${index}, which names ${spuName(context, aimedAt)}`;
  if (path === 'np-cache') return [`${text}; it does not decide`, 'R-frag-6', 'R-hash-12', 'R-hash-9', 'R-hash-14'];
  return [text, 'R-hash-12', 'R-hash-9', 'R-hash-14'];
}

function tellNpu(seen: Sighting, context: TellContext): Told {
  const { units } = context;
  const { slot } = units.iocs[seen.npu];
  const where = `NPU in slot ${slot}`;
  if (seen.path === 'np-cache') {
    const owner = spuName(context, seen.arrivedAt);
    const table = 'its session table is not asked, as fragments lack the ports';
    return [`${where}: it has learnt the owner, ${owner}, from the first fragment; ${table}`, 'R-frag-6', 'R-npu-6'];
  }
  if (!isLookedUp(seen)) {
    const what = seen.kind === KIND_NON_IP ? 'frames that are not IP' : 'fragments';
    const reason = seen.flags & FLAG_ICMP_ERROR && seen.path !== 'fragment' ? 'ICMP errors' : what;
    return [`${where}: not looked up, as ${reason} lack the ports by which its table is keyed`, 'R-npu-6'];
  }
  if (seen.path === 'npu-hit') return [`${where}: hit, its session table has the flow`, 'R-npu-2'];
  const { before } = seen;
  const miss = `${where}: miss`;
  if (seen.npuEntryWasIdle) return [`${miss}, its entry had been idle for too long and is taken out`, 'R-npu-10'];
  if (before === undefined) return [`${miss}, no SPU has a session of this flow`, 'R-npu-3'];
  const id = idOf(before, units);
  const bit = 1 << seen.npu;
  const state = stateName(before.state);
  if (state === 'invalidated') {
    return [`${miss}, session ${id} is over and has no entry any more`, 'R-npu-9', 'R-npu-3'];
  }
  if (state === 'pending') {
    return [`${miss}, session ${id} exists but is not confirmed yet`, 'R-npu-5', 'R-npu-3'];
  }
  if (before.requested & bit) {
    return [`${miss}, the entry of session ${id} is on its way here and has not arrived`, 'R-own-3', 'R-npu-3'];
  }
  return [`${miss}, session ${id} exists but was not installed here`, 'R-npu-3'];
}

function tellWay(seen: Sighting, context: TellContext): Told {
  const { regime } = context;
  const to = spuName(context, seen.arrivedAt);
  switch (seen.path) {
    case 'npu-hit':
      return regime === 'distributed'
        ? [`straight to ${to}, which the entry names`, 'R-npu-2', 'R-cp-12']
        : [`straight to ${to}, which the entry names; the central point is not asked`, 'R-npu-2', 'R-cp-5'];
    case 'central-point':
      return [`to the central point, ${to}, as the regime is centric`, 'R-mode-3'];
    case 'np-cache':
      return [`straight to ${to}, which np-cache names`, 'R-frag-6'];
    case 'fragment':
      return [`to ${to}, the SPU of the hash index, which knows or learns the owner`, 'R-frag-1'];
    default:
      if (seen.kind === KIND_NON_IP || seen.flags & FLAG_ICMP_ERROR) {
        return [`to ${to}, the SPU of the hash index`, 'R-npu-6'];
      }
      return regime === 'distributed'
        ? [`to ${to}, the SPU of the hash index, which is also the central point of this wing`, 'R-cp-8', 'R-cp-12']
        : [`to ${to}, the SPU of the hash index, as the regime is hash-centric`, 'R-mode-2'];
  }
}

function tellOutcome(seen: Sighting, { units }: TellContext): Told {
  const { outcome, kind, protocol } = seen;
  if (outcome === OUTCOME_TO_RE) return ['delivered to the Routing Engine: it is ARP', 'R-fam-3'];
  if (outcome >= OUTCOME_DROPPED) {
    const reason = DROP_REASONS[outcome - OUTCOME_DROPPED];
    const [text, ...rules] = OUTCOME_RULES[reason];
    return [`dropped as ${reason}: ${text}`, ...rules, 'R-run-4'];
  }
  const id = seen.after && idOf(seen.after, units);
  const what = id === undefined ? protocolName(protocol) : `session ${id}`;
  const card = seen.leftBy < 0 ? '' : `, by the I/O card in slot ${units.iocs[seen.leftBy].slot}`;
  const rules: ExplainRuleId[] = card === '' ? ['R-run-4'] : ['R-run-4', 'R-egr-2'];
  return [`delivered, as a packet of ${what}${card}`, ...rules, ...(kind === 3 ? (['R-fam-1'] as const) : [])];
}
