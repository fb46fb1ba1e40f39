import type { OutputReading, SessionReading, SpuReading } from '@midplane/junos';
import { findingsOf, isDown } from './_findings.ts';
import {
  DIAGNOSIS_SCHEMA,
  type DiagnosedLimit,
  type DiagnosedNode,
  type DiagnosedSpu,
  type Diagnosis,
  type Elephant,
} from './diagnosis.ts';

/** A session is an elephant from this share of its SPU's bytes on, among at least so many sessions (assumed). */
const ELEPHANT_SHARE = 0.2;
const ELEPHANT_SESSIONS = 3;
const MOST_ELEPHANTS = 20;

/**
 * Tells what output of a device says about the questions of its owner: load per SPU against the weights, elephants,
 * SPUs that are full, the limit that is hit first.
 *
 * Weights are session capacities, as `Maximum` shows them; a dedicated central point has none.
 *
 * Fidelity: documented that static weights follow session capacity; what counts as busy, uneven and as an elephant is
 * assumed: 80 % of CPU, four standard deviations and a tenth, a fifth of the bytes listed.
 *
 * @param reading Result of `readOutput` of `@midplane/junos`.
 * @returns Plain data.
 * @example
 * ```ts
 * import { readOutput } from '@midplane/junos';
 * import { diagnose } from '@midplane/scenario';
 * import assert from 'node:assert/strict';
 *
 * const { nodes, findings } = diagnose(readOutput(`
 * FPC PIC CPU Mem        current        maximum        current        maximum
 *   0   0   5  60              0              0              0              0
 *   0   1  12  71        6291456        6291456        6300000        7549747
 *   0   2  11  70        1204000        6291456        1300000        7549747
 * `));
 * assert.equal(nodes[0].limits[0].spu, 'FPC0 PIC1');
 * assert.match(findings[0].text, /^FPC0 PIC1 is full: 6,291,456 of 6,291,456 sessions/);
 * ```
 */
export function diagnose(reading: OutputReading): Diagnosis {
  const told = [...reading.spus, ...reading.sessions, ...reading.cards.filter(isDown)];
  const names = new Set<string | null>(told.map(({ node }) => node));
  const nodes = [...names].sort().map((node) => nodeOf(node, reading));
  const elephants = elephantsOf(reading.sessions);
  return {
    schema: DIAGNOSIS_SCHEMA,
    commands: [...reading.commands].sort(),
    nodes,
    elephants,
    findings: findingsOf(nodes, elephants, reading),
    missing: missingOf(reading),
    changed: reading.changed,
    unread: reading.unread,
  };
}

/** Name of an SPU as the device heads its output. */
export function spuName(fpc: number, pic: number): string {
  return `FPC${fpc} PIC${pic}`;
}

function nodeOf(node: string | null, { spus, sessions, sessionsPerSecond }: OutputReading): DiagnosedNode {
  const listed = new Map<string, number>();
  const own = spus.filter((spu) => spu.node === node);
  for (const session of sessions) {
    if (session.node !== node || session.fpc === null || session.pic === null) continue;
    const name = spuName(session.fpc, session.pic);
    listed.set(name, (listed.get(name) ?? 0) + 1);
    // a list alone names SPUs as well
    if (!own.some(({ fpc, pic }) => fpc === session.fpc && pic === session.pic)) {
      own.push({ node, fpc: session.fpc, pic: session.pic });
    }
  }
  const counts = own.map((spu) => spu.sessions ?? spu.listedTotal ?? listed.get(spuName(spu.fpc, spu.pic)) ?? null);
  const total = sum(counts);
  const capacity = sum(own.map(({ maximum }) => maximum ?? null));
  const diagnosed = own.map((spu, i) => diagnosedSpu(spu, counts[i], total, capacity));
  return {
    node,
    spus: diagnosed,
    sessions: total,
    maximum: capacity,
    sessionsPerSecond: sessionsPerSecond.get(node ?? '') ?? null,
    limits: limitsOf(diagnosed),
  };
}

function diagnosedSpu(spu: SpuReading, sessions: number | null, total: number, capacity: number): DiagnosedSpu {
  const { fpc, pic, role, cpuPercent, cpuHistory, memoryPercent, maximum, cpSessions, cpMaximum, failed } = spu;
  const isDedicated = role === 'cp' || (maximum === 0 && sessions === 0);
  return {
    spuId: fpc * 4 + pic,
    name: spuName(fpc, pic),
    role: role ?? (isDedicated ? 'cp' : null),
    cpuPercent: cpuPercent ?? cpuHistory?.[0] ?? null,
    memoryPercent: memoryPercent ?? null,
    sessions,
    maximum: maximum ?? null,
    usedPercent: sessions === null || !maximum ? null : rounded((100 * sessions) / maximum),
    weightShare: maximum === undefined || capacity === 0 ? null : shareOf(maximum, capacity),
    sessionShare: sessions === null || total === 0 ? null : shareOf(sessions, total),
    cpSessions: cpSessions ?? null,
    cpMaximum: cpMaximum ?? null,
    failed: failed ?? null,
  };
}

function limitsOf(spus: readonly DiagnosedSpu[]): DiagnosedLimit[] {
  const found: DiagnosedLimit[] = [];
  const add = (limit: DiagnosedLimit['limit'], of: (spu: DiagnosedSpu) => readonly [number | null, number | null]) => {
    let most: DiagnosedLimit | undefined;
    for (const spu of spus) {
      const [used, capacity] = of(spu);
      if (used === null || capacity === null || capacity === 0) continue;
      const usedPercent = rounded((100 * used) / capacity);
      if (most === undefined || usedPercent > most.usedPercent) {
        most = { limit, spu: spu.name, used, capacity, usedPercent };
      }
    }
    if (most !== undefined) found.push(most);
  };
  add('sessions', ({ sessions, maximum }) => [sessions, maximum]);
  add('cpu', ({ cpuPercent }) => [cpuPercent, 100]);
  add('central-point', ({ cpSessions, cpMaximum }) => [cpSessions, cpMaximum]);
  return found.sort((a, b) => b.usedPercent - a.usedPercent);
}

function elephantsOf(sessions: readonly SessionReading[]): Elephant[] {
  const bySpu = new Map<string, SessionReading[]>();
  for (const session of sessions) {
    if (session.fpc === null || session.pic === null) continue;
    const key = `${session.node ?? ''}/${spuName(session.fpc, session.pic)}`;
    const list = bySpu.get(key);
    if (list === undefined) bySpu.set(key, [session]);
    else list.push(session);
  }
  const elephants: Elephant[] = [];
  for (const list of bySpu.values()) {
    if (list.length < ELEPHANT_SESSIONS) continue;
    const bytes = list.map(({ wings }) => sum(wings.map((wing) => wing.bytes ?? 0)));
    const total = sum(bytes);
    for (const [i, { node, fpc, pic, sessionId, wings }] of list.entries()) {
      if (total === 0 || bytes[i] < ELEPHANT_SHARE * total) continue;
      const wing = wings[0];
      elephants.push({
        node,
        spu: spuName(fpc!, pic!),
        sessionId,
        flow: `${wing.source}/${wing.sourcePort} --> ${wing.destination}/${wing.destinationPort};${wing.protocol}`,
        bytes: bytes[i],
        packets: sum(wings.map(({ packets }) => packets ?? 0)),
        share: shareOf(bytes[i], total),
      });
    }
  }
  return elephants.sort((a, b) => b.share - a.share || b.bytes - a.bytes).slice(0, MOST_ELEPHANTS);
}

function missingOf({ commands, spus, sessions }: OutputReading): Diagnosis['missing'] {
  const missing: { command: string; answers: string }[] = [];
  if (!spus.some(({ cpuPercent }) => cpuPercent !== undefined)) {
    missing.push({ command: 'show security monitoring', answers: 'CPU, memory and sessions per SPU' });
  }
  if (!commands.has('show security flow session summary')) {
    missing.push({ command: 'show security flow session summary', answers: 'sessions that failed' });
  }
  if (sessions.length === 0) {
    missing.push({ command: 'show security flow session', answers: 'owners of flows, elephants' });
  }
  if (!commands.has('show chassis fpc pic-status')) {
    missing.push({ command: 'show chassis fpc pic-status', answers: 'which SPU is the central point' });
  }
  return missing;
}

function sum(values: readonly (number | null)[]): number {
  return values.reduce<number>((total, value) => total + (value ?? 0), 0);
}

/** To a millionth. */
function shareOf(part: number, whole: number): number {
  return Math.round((1e6 * part) / whole) / 1e6;
}

/** To a thousandth. */
function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
