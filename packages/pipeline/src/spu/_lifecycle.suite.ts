// More than 300 lines: a whole model of the life of sessions and the commands that it is played with beside the pipeline.
import { resolveChassis } from '@midplane/chassis';
import { type BuiltPacket, packet, recordsOf } from '@midplane/packet';
import fc from 'fast-check';
import { expect } from 'vitest';
import { MILLISECOND, SECOND } from '../_play.suite.ts';
import { createPipeline } from '../create-pipeline.ts';
import type { Pipeline } from '../pipeline-options.ts';
import type { PipelineWing } from '../sessions/session.ts';

type Protocol = 'tcp' | 'udp' | 'icmp';

/** A conversation of two hosts; `side` 0 sends from the first to the second. */
interface Conversation {
  readonly protocol: Protocol;
  readonly number: number;
}

/** A session as a plain object. Times are whole seconds. */
interface ModelSession {
  readonly conversation: string;
  /** Side that sent the first packet. */
  readonly side: number;
  readonly firstPacket: number;
  readonly protocol: Protocol;
  readonly packets: [number, number];
  readonly bytes: [number, number];
  handshake: 'none' | 'syn' | 'syn-ack' | 'done';
  readonly fin: [boolean, boolean];
  isReset: boolean;
  isAnswered: boolean;
  /** Nobody listens: an ICMP error said so. */
  isRefused: boolean;
  last: number;
  /** When it is removed, once it is over. */
  goneAt: number | undefined;
}

const LINGER = 10;
const CLIENT = '192.0.2.1';
const SERVER = '198.51.100.2';
const HEADERS = { tcp: 54, udp: 42, icmp: 42 };

/** The life of sessions, kept in a `Map` by conversation; sessions that are over and were not replaced linger in it. */
export class Lives {
  readonly sessions: Map<string, ModelSession> = new Map();
  readonly totals = { delivered: 0, dropped: 0, created: 0, agedOut: 0, replaced: 0 };
  /** Packets so far. */
  packets = 0;
  nowNs = 0;
  private readonly capacity: number;

  constructor(capacity: number) {
    this.capacity = capacity;
  }

  get second(): number {
    return Math.floor(this.nowNs / SECOND);
  }

  /** Lets sessions end and be removed. */
  pass(): void {
    for (const [name, session] of this.sessions) {
      const due = session.last + 1 + timeoutOf(session); // no session ages out early: its last second counts whole
      if (session.goneAt === undefined && this.second >= due) {
        session.goneAt = due + LINGER;
        this.totals.agedOut++;
      }
      if (session.goneAt !== undefined && this.second >= session.goneAt) this.sessions.delete(name);
    }
  }

  send({ protocol, number }: Conversation, side: number, flags: string): void {
    const name = `${protocol} ${number}`;
    let session = this.sessions.get(name);
    const opens = protocol === 'tcp' && flags === 'S';
    const gives = session !== undefined && (session.goneAt !== undefined || (isClosed(session) && opens));
    if (session !== undefined && gives) {
      if (session.goneAt === undefined) this.totals.replaced++;
      this.sessions.delete(name);
      session = undefined;
    }
    if (session === undefined) {
      if (this.sessions.size >= this.capacity) {
        this.totals.dropped++;
        return;
      }
      session = begin(name, protocol, side, this.packets, flags);
      this.sessions.set(name, session);
      this.totals.created++;
    } else {
      next(session, side === session.side ? 0 : 1, flags);
    }
    this.count(session, side, HEADERS[protocol]);
  }

  /** An ICMP error of the server about a packet of the client. */
  refuse({ number }: Conversation): void {
    const session = this.sessions.get(`udp ${number}`);
    if (session === undefined || session.goneAt !== undefined) {
      this.totals.dropped++;
      return;
    }
    session.isRefused = true;
    this.count(session, 1, REFUSAL_BYTES);
  }

  private count(session: ModelSession, side: number, bytes: number): void {
    const wing = side === session.side ? 0 : 1;
    session.packets[wing]++;
    session.bytes[wing] += bytes;
    session.last = this.second;
    this.totals.delivered++;
  }

  /** What must be listed. */
  list(): unknown[] {
    return [...this.sessions.values()]
      .map((session) => ({
        conversation: session.conversation,
        side: session.side,
        firstPacket: session.firstPacket,
        state: session.goneAt === undefined ? 'valid' : 'invalidated',
        timeout: session.goneAt === undefined ? timeoutOf(session) : LINGER,
        remaining:
          session.goneAt === undefined
            ? session.last + timeoutOf(session) - this.second
            : session.goneAt - this.second - 1,
        packets: session.packets,
        bytes: session.bytes,
      }))
      .sort((a, b) => a.firstPacket - b.firstPacket);
  }
}

function begin(conversation: string, protocol: Protocol, side: number, firstPacket: number, flags: string) {
  const session: ModelSession = {
    conversation,
    side,
    firstPacket,
    protocol,
    packets: [0, 0],
    bytes: [0, 0],
    handshake: flags === 'S' ? 'syn' : 'done', // a capture may begin inside
    fin: [flags === 'FA', false],
    isReset: flags === 'R',
    isAnswered: false,
    isRefused: false,
    last: 0,
    goneAt: undefined,
  };
  return session;
}

function next(session: ModelSession, wing: 0 | 1, flags: string): void {
  if (session.protocol !== 'tcp') {
    if (wing === 1) session.isAnswered = true;
    return;
  }
  if (flags === 'R') {
    session.isReset = true;
    return;
  }
  if (flags === 'FA') session.fin[wing] = true;
  if (session.handshake === 'syn' && wing === 1 && flags === 'SA') session.handshake = 'syn-ack';
  else if (session.handshake === 'syn-ack' && wing === 0 && /^[PF]?A$/.test(flags)) session.handshake = 'done';
}

const isClosed = ({ isReset, fin }: ModelSession): boolean => isReset || (fin[0] && fin[1]);

function timeoutOf(session: ModelSession): number {
  if (session.isRefused) return 0;
  if (session.protocol === 'udp') return 60;
  if (session.protocol === 'icmp') return session.isAnswered ? 4 : 60;
  if (session.isReset) return 2;
  if (isClosed(session)) return 150;
  return session.handshake === 'done' ? 1800 : 20;
}

/** The real path, one packet at a time. */
export class Path {
  readonly pipeline: Pipeline;

  constructor(cards: { release?: string; cards: string; distributionMode?: 'rr-based' }, capacity: number) {
    const sessionsPerSpu = { SPC1: capacity, SPC2: capacity };
    this.pipeline = createPipeline({ chassis: resolveChassis({ tableLength: 256, ...cards, sessionsPerSpu }) });
  }

  offer(built: BuiltPacket, nowNs: number): void {
    this.pipeline.offer(recordsOf([built], { seconds: Math.floor(nowNs / SECOND), nanoseconds: nowNs % SECOND }));
  }

  list(): unknown[] {
    return [...this.pipeline.sessions()]
      .map(({ in: there, out, ...session }) => ({
        conversation: `${there.protocol} ${numberOf(there)}`,
        side: there.source === CLIENT ? 0 : 1,
        firstPacket: session.firstPacket,
        state: session.state,
        timeout: session.timeoutSeconds,
        remaining: session.remainingSeconds,
        packets: [there.packets, out!.packets],
        bytes: [there.bytes, out!.bytes],
      }))
      .sort((a, b) => a.firstPacket - b.firstPacket);
  }
}

const numberOf = ({ source, sourcePort, destinationPort }: PipelineWing): number =>
  source === CLIENT ? sourcePort : destinationPort;

const ARP = packet('time').ethernet().arp().build();

function build({ protocol, number }: Conversation, side: number, flags: string): BuiltPacket {
  const ip = packet(`${protocol} ${number} ${flags}`)
    .ethernet()
    .ipv4(side === 0 ? { source: CLIENT, destination: SERVER } : { source: SERVER, destination: CLIENT });
  if (protocol === 'icmp') return ip.icmp({ type: side === 0 ? 8 : 0, identifier: number }).build();
  const ports = side === 0 ? { sourcePort: number, destinationPort: 80 } : { sourcePort: 80, destinationPort: number };
  return protocol === 'tcp' ? ip.tcp({ ...ports, flags }).build() : ip.udp(ports).build();
}

function buildRefusal({ number }: Conversation): BuiltPacket {
  const inside = packet()
    .ipv4({ source: CLIENT, destination: SERVER })
    .udp({ sourcePort: number, destinationPort: 80 });
  return packet()
    .ethernet()
    .ipv4({ source: SERVER, destination: CLIENT })
    .icmp({ type: 3, code: 3 })
    .embed(inside)
    .build();
}
const REFUSAL_BYTES = buildRefusal({ protocol: 'udp', number: 1 }).bytes.length;

type Command = fc.Command<Lives, Path>;

/** Lets a time pass, and then messages arrive; compares everything. */
function settle(model: Lives, real: Path, passNs: number): void {
  model.nowNs += passNs;
  model.packets++;
  real.offer(ARP, model.nowNs);
  model.pass();
  expect(real.list()).toEqual(model.list());
}

class Packets implements Command {
  private readonly conversation: Conversation;
  private readonly turns: readonly (readonly [number, string])[];

  constructor(conversation: Conversation, turns: readonly (readonly [number, string])[]) {
    this.conversation = conversation;
    this.turns = turns;
  }

  check(): boolean {
    return true;
  }

  run(model: Lives, real: Path): void {
    for (const [side, flags] of this.turns) {
      model.nowNs += MILLISECOND;
      model.packets++;
      model.pass();
      if (flags === 'refused') {
        real.offer(buildRefusal(this.conversation), model.nowNs);
        model.refuse(this.conversation);
      } else {
        real.offer(build(this.conversation, side, flags), model.nowNs);
        model.send(this.conversation, side, flags);
      }
      settle(model, real, MILLISECOND);
    }
  }

  toString(): string {
    const { protocol, number } = this.conversation;
    return `${protocol} ${number}: ${this.turns.map(([side, flags]) => `${side === 0 ? '>' : '<'}${flags}`).join(' ')}`;
  }
}

class Wait implements Command {
  private readonly seconds: number;

  constructor(seconds: number) {
    this.seconds = seconds;
  }

  check(): boolean {
    return true;
  }

  run(model: Lives, real: Path): void {
    settle(model, real, this.seconds * SECOND);
  }

  toString(): string {
    return `wait ${this.seconds} s`;
  }
}

const of = (protocol: Protocol, turns: fc.Arbitrary<readonly (readonly [number, string])[]>): fc.Arbitrary<Command> =>
  fc.tuple(fc.integer({ min: 1, max: 3 }), turns).map(([number, each]) => new Packets({ protocol, number }, each));
const side = fc.constantFrom(0, 1);
const HANDSHAKE = [[0, 'S'], [1, 'SA'], [0, 'A']] as const; // biome-ignore format: one line

/** Everything that may happen to a session. */
export const COMMANDS: fc.Arbitrary<Command>[] = [
  of('tcp', fc.constant(HANDSHAKE)),
  of('tcp', fc.tuple(fc.tuple(side, fc.constantFrom('S', 'SA', 'A', 'PA', 'FA', 'R')))),
  of(
    'tcp',
    fc.constantFrom(
      [
        [0, 'FA'],
        [1, 'FA'],
        [0, 'A'],
      ] as const,
      [
        [1, 'FA'],
        [0, 'FA'],
        [1, 'A'],
      ] as const,
    ),
  ),
  of('udp', fc.tuple(fc.tuple(side, fc.constantFrom('', '', 'refused')))),
  of('icmp', fc.tuple(fc.tuple(side, fc.constant('')))),
  fc.constantFrom(1, 1, 2, 3, 4, 5, 9, 10, 11, 19, 20, 21, 22, 59, 60, 61, 70, 150, 1800).map((s) => new Wait(s)),
];

/** Starts a path and its model, half a second after the first packet. */
export function startBoth(path: Path, capacity: number): { model: Lives; real: Path } {
  const model = new Lives(capacity);
  settle(model, path, 0);
  settle(model, path, SECOND / 2);
  return { model, real: path };
}

/** Compares the sums at the end. */
export function expectSameTotals(model: Lives, real: Path): void {
  const { totals, spus } = real.pipeline.finish();
  const sum = (of: (sessions: (typeof spus)[number]['sessions']) => number): number =>
    spus.reduce((total, { sessions }) => total + of(sessions), 0);
  expect({
    delivered: totals.delivered,
    dropped: totals.dropped,
    created: sum(({ created }) => created),
    agedOut: sum(({ agedOut }) => agedOut),
    replaced: sum(({ replaced }) => replaced),
  }).toEqual(model.totals);
}
