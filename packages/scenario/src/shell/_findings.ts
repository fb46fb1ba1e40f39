import type { CardReading, OutputReading } from '@midplane/junos';
import { formatCount } from '@midplane/pipeline';
import type { DiagnosedNode, DiagnosedSpu, Elephant, Finding } from './diagnosis.ts';

/** CPU from which an SPU counts as busy, percent (assumed). */
const BUSY_PERCENT = 80;
/** How much more than the others it must be, as a factor (assumed). */
const ALONE_FACTOR = 1.5;
/**
 * Deviation of a share of sessions that chance does not explain, in standard deviations, and at
 * least this part of it (assumed).
 */
const DEVIATIONS = 4;
const LEAST_DEVIATION = 0.1;

/** Returns what can be said about the owner's questions, problems first, then by question. */
export function findingsOf(
  nodes: readonly DiagnosedNode[],
  elephants: readonly Elephant[],
  reading: OutputReading,
): Finding[] {
  const findings: Finding[] = [];
  for (const node of nodes) {
    const say = (question: number, text: string, options: { isProblem?: boolean; spu?: string } = {}): void => {
      const { isProblem = false, spu = null } = options;
      findings.push({ question, isProblem, node: node.node, spu, text });
    };
    misfits(node, reading, say);
    failures(node, say);
    maximums(node, say);
    load(
      node,
      elephants.filter((each) => each.node === node.node),
      say,
    );
    states(node, reading, say);
    headroom(node, say);
    const listed = reading.sessions.filter((session) => session.node === node.node);
    const derived = listed.filter(({ isOwnerById }) => isOwnerById).length;
    const owned = listed.filter(({ fpc }) => fpc !== null).length - derived;
    if (derived > 0) {
      say(
        1,
        `${formatCount(derived)} sessions are listed without the SPU that owns them: it follows from their IDs; where a flow would land on a chassis like this, "midplane where" tells`,
      );
    }
    if (owned > 0) {
      const text = `${formatCount(owned)} sessions are listed under the SPU that owns them; where a flow would land on a chassis like this, "midplane where" tells`;
      say(1, text);
    }
    if (node.spus.some(({ cpuPercent }) => cpuPercent !== null)) {
      say(2, `the table shows sessions, CPU and memory of ${node.spus.length} SPUs beside what the weights ask for`);
    }
  }
  return findings.sort((a, b) => Number(b.isProblem) - Number(a.isProblem) || a.question - b.question);
}

type Say = (question: number, text: string, options?: { isProblem?: boolean; spu?: string }) => void;

/** Sums that do not fit: what follows from them is not to be trusted. */
function misfits({ node }: DiagnosedNode, reading: OutputReading, say: Say): void {
  for (const { node: of, fpc, pic, kind, what, printed, counted } of reading.misfits) {
    if (of !== node) continue;
    const [says, has] = [formatCount(printed), formatCount(counted)];
    const spu = fpc === null ? undefined : `FPC${fpc} PIC${pic}`;
    const options = { isProblem: true, ...(spu !== undefined && { spu }) };
    if (kind === 'table')
      say(2, `the sum of ${what} is printed as ${says}, the rows have ${has}: one is missing or was changed`, options);
    else if (kind === 'summary')
      say(2, `${spu} has ${says} ${what}, by state they are ${has}: a line is missing or was changed`, options);
    else
      say(
        1,
        `the list of ${spu ?? 'sessions'} says ${says} ${what}, ${has} were read: it is cut, and shares of its bytes are of those that were read`,
        options,
      );
  }
}

function failures({ spus, sessions, maximum }: DiagnosedNode, say: Say): void {
  const system = maximum === 0 ? '' : `, while the box is ${percent((100 * sessions) / maximum)} full`;
  for (const spu of spus) {
    const { name, usedPercent, failed } = spu;
    const isFull = usedPercent !== null && usedPercent >= 100;
    if (isFull) {
      const count = `${formatCount(spu.sessions!)} of ${formatCount(spu.maximum!)} sessions`;
      const text = `${name} is full: ${count}${system}; new sessions that hash to it fail, others do not`;
      say(3, text, { isProblem: true, spu: name });
    } else if (failed !== null && failed > 0) {
      const now = usedPercent === null ? '' : `; it is ${percent(usedPercent)} full now`;
      const text = `${formatCount(failed)} sessions have failed on ${name} since it booted${now}: it was full then, or they failed for another reason`;
      say(3, text, { isProblem: true, spu: name });
    }
  }
  const known = spus.filter(({ failed }) => failed !== null);
  if (known.length > 0 && known.every(({ failed }) => failed === 0)) say(3, 'no session has failed on any SPU');
}

function maximums({ spus, maximum }: DiagnosedNode, say: Say): void {
  const keepers = spus.filter(({ cpMaximum }) => cpMaximum !== null && cpMaximum > 0);
  if (keepers.length === 0 || maximum === 0) return;
  const cp = keepers.reduce((total, { cpMaximum }) => total + cpMaximum!, 0);
  const isDistributed = keepers.every((spu) => spu.maximum !== null && spu.cpMaximum === Math.floor(1.2 * spu.maximum));
  const sum = formatCount(maximum);
  if (isDistributed) {
    say(
      4,
      `every SPU keeps 1.2 times its flow sessions as central point (${formatCount(cp)} together): that does not bind; the system holds ${sum} sessions, the sum of the flow maximums`,
    );
  } else {
    const system = Math.min(cp, maximum);
    const binds = cp < maximum ? 'the central point' : 'the flow SPUs';
    say(
      4,
      `the central point holds ${formatCount(cp)} sessions, the flow SPUs ${sum}: the system holds ${formatCount(system)}, ${binds} bind${cp < maximum ? 's' : ''}`,
    );
  }
}

/** A busy SPU, a share of sessions that chance does not explain, sessions that carry much. */
function load({ spus, sessions }: DiagnosedNode, elephants: readonly Elephant[], say: Say): void {
  const flow = spus.filter(({ role }) => role !== 'cp');
  for (const spu of flow) {
    const { name, cpuPercent } = spu;
    const uneven = unevenness(spu, sessions);
    const own = elephants.filter((each) => each.spu === name);
    const others = flow.filter((each) => each !== spu && each.cpuPercent !== null);
    const mean = others.reduce((total, each) => total + each.cpuPercent!, 0) / Math.max(1, others.length);
    const isBusy = cpuPercent !== null && cpuPercent >= BUSY_PERCENT;
    // without a figure of another SPU, mean is 0
    if (isBusy && cpuPercent >= ALONE_FACTOR * mean) {
      const isKnown = spu.sessions !== null && spu.weightShare !== null;
      const share =
        uneven > 0
          ? `it has ${percent(100 * uneven)} more sessions than its weight asks for`
          : isKnown
            ? 'it has no more sessions than its weight asks for'
            : 'whether it has more sessions than its weight asks for is not told';
      const reason =
        uneven > 0
          ? `${share}: an uneven hash is part of it`
          : own.length > 0
            ? `${share}: ${own.length === 1 ? 'an elephant' : `${own.length} elephants`} on it`
            : `${share}: look for an elephant among its sessions`;
      const rest = others.length > 0 ? `the others at ${percent(mean)} on average` : 'that of the others is not told';
      say(5, `${name} is at ${cpuPercent} % CPU, ${rest}; ${reason}`, {
        isProblem: true,
        spu: name,
      });
    } else if (isBusy) {
      say(5, `${name} is at ${cpuPercent} % CPU, as the others are: the box as a whole is busy`, {
        isProblem: true,
        spu: name,
      });
    } else if (uneven !== 0) {
      const direction = uneven > 0 ? 'more' : 'fewer';
      say(
        5,
        `${name} has ${percent(100 * Math.abs(uneven))} ${direction} sessions than its weight asks for, more than chance explains`,
        { spu: name },
      );
    }
    for (const { sessionId, flow: named, bytes, share } of own) {
      say(
        5,
        `session ${sessionId} (${named}) carries ${percent(100 * share)} of the bytes listed on ${name}: ${formatCount(bytes)}`,
        { spu: name },
      );
    }
  }
}

/** By how much an SPU has more or fewer sessions than its share, as a part of it; 0 where chance explains it. */
function unevenness({ weightShare, sessions }: DiagnosedSpu, total: number): number {
  if (weightShare === null || sessions === null || total === 0 || weightShare === 0) return 0;
  const expected = total * weightShare;
  const deviation = sessions - expected;
  const chance = Math.sqrt(expected * (1 - weightShare));
  const part = deviation / expected;
  return Math.abs(deviation) > DEVIATIONS * chance && Math.abs(part) > LEAST_DEVIATION ? part : 0;
}

function states({ node }: DiagnosedNode, { cards }: OutputReading, say: Say): void {
  for (const card of cards) {
    if (card.node !== node) continue;
    if (isDown(card)) {
      say(7, downText(card), { isProblem: true });
      continue;
    }
    for (const { pic, state, description } of card.pics) {
      if (!/^SPU\b/i.test(description) || /^online$/i.test(state)) continue;
      const spu = `FPC${card.slot} PIC${pic}`;
      say(
        7,
        `${spu} is ${state.toLowerCase()}: its share of sessions goes to the SPUs that are left, after a reset of the data plane`,
        { isProblem: true, spu },
      );
    }
  }
}

/** Whether a card is there and does not work. */
export function isDown({ state }: CardReading): boolean {
  return !/^(?:online|empty)$/i.test(state);
}

function downText({ slot, state, description }: CardReading): string {
  const name = `FPC${slot}${description === '' ? '' : ` (${description})`}`;
  const is = /^present$/i.test(state) ? 'present, not online' : state.toLowerCase();
  const effect = /\bSPC/i.test(description)
    ? 'it has no sessions: its share goes to the SPUs that are left, after a reset of the data plane'
    : 'nothing passes its ports';
  return `${name} is ${is}: ${effect}`;
}

function headroom({ limits, sessionsPerSecond }: DiagnosedNode, say: Say): void {
  const first = limits[0];
  if (first === undefined) return;
  const names = { sessions: 'its session table', cpu: 'its CPU', 'central-point': 'its central point table' };
  const times = first.used === 0 ? 0 : first.capacity / first.used;
  const shown = times >= 100 ? formatCount(Math.floor(times)) : times.toFixed(1);
  const factor = times === 0 ? '' : `; as long as the mix stays, ${shown} times the traffic fits`;
  const rate = sessionsPerSecond === null ? '' : `; ${formatCount(sessionsPerSecond)} sessions are created per second`;
  say(
    9,
    `the first limit is ${first.spu} with ${names[first.limit]}: ${percent(first.usedPercent)} used${factor}${rate}`,
    { spu: first.spu },
  );
}

function percent(value: number): string {
  if (value > 0 && value < 0.05) return 'less than 0.1 %';
  return `${value >= 10 ? Math.round(value) : value.toFixed(1)} %`;
}
