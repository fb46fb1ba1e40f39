import { type ResolvedChassis, resolveChassis } from '@midplane/chassis';
import { disruption, type Pipeline, type PipelineOptions, type Report } from '@midplane/pipeline';

/** Sessions of the traffic whose SPU is another one after the change. */
export interface SessionMoves {
  readonly moved: number;
  readonly stayed: number;
}

/** Rows of the distribution table whose SPU is another one after the change. */
export interface RowMoves {
  /** Rows compared: those of the longer table. */
  readonly rows: number;
  readonly moved: number;
  /** The fewest that any tables with so many rows per SPU would have to move. */
  readonly minimum: number;
}

/** Why sessions or rows cannot be compared, as a sentence without a full stop. */
export type NoMoves = string;

/** The path and its options. */
export interface Side {
  readonly options: PipelineOptions;
  readonly pipeline: Pick<Pipeline, 'distributionTable' | 'hash'>;
}

/** Compares the rows of two distribution tables, where both distribute sessions. */
export function compareRows(before: Side, after: Side): RowMoves | NoMoves {
  const chooser = [before, after].find(({ options }) => options.chassis.distributionMode !== 'hash-based');
  if (chooser !== undefined) {
    return `the central point chooses by ${chooser.options.chassis.distributionMode}, not by the rows of a table`;
  }
  if (before.pipeline.hash.name !== after.pipeline.hash.name)
    return 'the hash is another one, so rows mean other flows';
  const [a, b] = [before.pipeline.distributionTable, after.pipeline.distributionTable];
  if (Math.max(a.length, b.length) % Math.min(a.length, b.length) !== 0) {
    return `neither of ${a.length} and ${b.length} rows is a multiple of the other`;
  }
  const { rows, moved, minimum } = disruption(a, b);
  return { rows, moved, minimum };
}

/**
 * Makes the options of a path that counts which sessions move.
 *
 * It has two SPUs that take everything: sessions whose key both tables give to the same SPU go to the first, the others to
 * the second. So sessions are told apart as everywhere, exactly, and memory is that of a session table. Events and
 * faults are left out: they belong to one chassis.
 *
 * @returns The options, or why it cannot be counted.
 */
export function moveCounterOf(before: Side, after: Side): PipelineOptions | NoMoves {
  for (const { options } of [before, after]) {
    if (options.chassis.distributionMode === 'hash-based') continue;
    return `the central point chooses by ${options.chassis.distributionMode}: which SPU a session gets depends on its turn`;
  }
  if (before.options.symmetric === false || after.options.symmetric === false) {
    return 'the hash is not symmetric: which SPU gets a session depends on which of its wings is there first';
  }
  const [a, b] = [before.pipeline, after.pipeline];
  const { configuration, parameters } = before.options;
  return {
    chassis: witnessOf(before.options.chassis, 2),
    hash: {
      name: 'moves',
      hash(words, at, count) {
        const from = spuOf(a.distributionTable, a.hash.hash(words, at, count));
        return from === spuOf(b.distributionTable, b.hash.hash(words, at, count)) ? 0 : 1;
      },
    },
    spuSpeeds: WITHOUT_COST,
    ordering: { mode: 'none' },
    ...(configuration && { configuration }),
    ...(parameters && { parameters }),
  };
}

/** What the counting path has counted. */
export function sessionMovesOf({ spus }: Report): SessionMoves {
  return { moved: spus[1].sessions.created, stayed: spus[0].sessions.created };
}

/** The SPU of a hash: its row is the remainder of the unsigned hash, as on every NPU. */
function spuOf(table: Uint16Array, hash: number): number {
  return table[(hash >>> 0) % table.length];
}

/** SPUs that nothing is too much for. */
export const WITHOUT_COST: NonNullable<PipelineOptions['spuSpeeds']> = {
  SPC3: {
    threads: 64,
    fastPathNs: 1,
    firstPathNs: 1,
    setUpNs: 1,
    redirectNs: 1,
    fragmentNs: 1,
    orderingNs: 1,
    queueNs: 1_000_000_000,
  },
};

/**
 * A chassis with the I/O cards of another one and one or two SPUs that take whatever comes, with a row each: it tells what
 * the traffic is, whatever the cards.
 */
export function witnessOf(chassis: ResolvedChassis, spus: 1 | 2): ResolvedChassis {
  const iocs = chassis.iocs.map(({ slot, card }) => [slot, card] as const);
  const slot = chassis.slots.find((each) => !iocs.some(([taken]) => taken === each.slot))!.slot;
  const resolved = resolveChassis({
    model: chassis.model,
    release: '18.2R1',
    cards: { ...Object.fromEntries(iocs), [slot]: 'SPC3' },
    sessionsPerSpu: { SPC3: 83_333_333 },
  });
  return { ...resolved, tableLength: spus, spus: resolved.spus.slice(0, spus) };
}
