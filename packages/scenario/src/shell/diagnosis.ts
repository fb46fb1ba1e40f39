import type { SpuRole } from '@midplane/chassis';
import type { UnreadLine } from '@midplane/junos';

/** Version of the diagnosis' shape. */
export const DIAGNOSIS_SCHEMA = 'midplane-diagnosis/1';

/** What owners ask, by number. */
export const OWNERS_QUESTIONS: Readonly<Record<number, string>> = Object.freeze({
  1: 'Which SPU owns this flow?',
  2: 'Sessions, CPU and memory per SPU, in one view?',
  3: 'Why do sessions fail while the box looks far from full?',
  4: 'Which number is the maximum of the central point, and which that of the system?',
  5: 'One SPU is busy: an elephant flow, or an uneven hash?',
  6: 'What would another card or a newer release change?',
  7: 'What happens when an SPU fails?',
  9: 'How much headroom is left in the session tables?',
});

/** One SPU as its output shows it. */
export interface DiagnosedSpu {
  readonly spuId: number;
  /** Such as `FPC1 PIC2`. */
  readonly name: string;
  readonly role: SpuRole | null;
  /** `null` where no output said it. */
  readonly cpuPercent: number | null;
  readonly memoryPercent: number | null;
  readonly sessions: number | null;
  readonly maximum: number | null;
  /** Sessions in percent of the maximum. */
  readonly usedPercent: number | null;
  /** Share of sessions that its weight asks for, and that it has, 0 to 1. */
  readonly weightShare: number | null;
  readonly sessionShare: number | null;
  readonly cpSessions: number | null;
  readonly cpMaximum: number | null;
  readonly failed: number | null;
}

/** How far a limit is used where it is used most. */
export interface DiagnosedLimit {
  readonly limit: 'sessions' | 'cpu' | 'central-point';
  readonly spu: string;
  readonly used: number;
  readonly capacity: number;
  readonly usedPercent: number;
}

/** One chassis: the only one, or a node of a cluster. */
export interface DiagnosedNode {
  readonly node: string | null;
  readonly spus: readonly DiagnosedSpu[];
  readonly sessions: number;
  readonly maximum: number;
  readonly sessionsPerSecond: number | null;
  /** The most used one first. */
  readonly limits: readonly DiagnosedLimit[];
}

/** A session that carries a large part of its SPU's bytes. */
export interface Elephant {
  readonly node: string | null;
  readonly spu: string;
  readonly sessionId: string;
  /** Its In wing. */
  readonly flow: string;
  readonly bytes: number;
  readonly packets: number;
  /** Share of the bytes of all sessions listed on its SPU, 0 to 1. */
  readonly share: number;
}

/** Something that the output says about a question. */
export interface Finding {
  /** Number of the question in {@link OWNERS_QUESTIONS}. */
  readonly question: number;
  /** Whether something is wrong. */
  readonly isProblem: boolean;
  readonly node: string | null;
  /** SPU, where it is about one. */
  readonly spu: string | null;
  /** One sentence or two. */
  readonly text: string;
}

/** What output of a device tells its owner. Plain data. */
export interface Diagnosis {
  readonly schema: typeof DIAGNOSIS_SCHEMA;
  /** Commands whose output was found. */
  readonly commands: readonly string[];
  readonly nodes: readonly DiagnosedNode[];
  /** Largest share first. */
  readonly elephants: readonly Elephant[];
  /** Problems first. */
  readonly findings: readonly Finding[];
  /** Output that would answer more, and what. */
  readonly missing: readonly { readonly command: string; readonly answers: string }[];
  /** What was read twice and differed. */
  readonly changed: readonly string[];
  readonly unread: readonly UnreadLine[];
}
