// Plain versions of the definitions, over whole sequences: what the streaming ones are compared with.

/** RFC 4737 of a whole sequence of numbers, duplicates left out first. */
export interface Reference {
  received: number;
  duplicates: number;
  discontinuities: number;
  /** In order of arrival, one for each reordered packet. */
  extents: number[];
  lateNs: number[];
  ns: number[];
  gaps: number[];
  runs: number[];
  trailing: number;
}

export function reference4737(sequence: readonly number[], first: number, timeOf: (i: number) => number): Reference {
  const seen = new Set<number>();
  const arrivals: { number: number; ns: number }[] = [];
  let discontinuities = 0;
  let expected = first;
  const result: Reference = {
    received: 0,
    duplicates: 0,
    discontinuities: 0,
    extents: [],
    lateNs: [],
    ns: [],
    gaps: [],
    runs: [],
    trailing: 0,
  };
  const overtakers = new Set<number>();
  for (const [i, number] of sequence.entries()) {
    if (seen.has(number)) {
      result.duplicates++;
      continue;
    }
    seen.add(number);
    const at = arrivals.length;
    arrivals.push({ number, ns: timeOf(i) });
    if (number >= expected) {
      if (number > expected) discontinuities++;
      expected = number + 1;
      result.trailing++;
      continue;
    }
    // a number below the first one stands before it, although nothing larger came earlier than that
    const overtaker = arrivals.findIndex((earlier) => earlier.number > number);
    result.extents.push(at - overtaker);
    result.lateNs.push(arrivals[at].ns - arrivals[overtaker].ns);
    let n = 0;
    while (n < at && arrivals[at - 1 - n].number > number) n++;
    result.ns.push(n);
    overtakers.add(overtaker);
    result.runs.push(result.trailing);
    result.trailing = 0;
  }
  const sorted = [...overtakers].sort((a, b) => a - b);
  result.gaps = sorted.slice(1).map((overtaker, i) => overtaker - sorted[i]);
  result.received = arrivals.length;
  result.discontinuities = discontinuities;
  return result;
}

/** Displacements of RFC 5236 without a threshold: receive index minus number, or the same in ranks. */
export function displacements(sequence: readonly number[], byRank: boolean): number[] {
  const arrivals = [...new Set(sequence)];
  const sorted = [...arrivals].sort((a, b) => a - b);
  return arrivals.map((number, i) => (byRank ? i - sorted.indexOf(number) : sorted[i] - number));
}

/** RD with a threshold, by the steps that the authors of RFC 5236 published: displacements, and how many were left out. */
export function densityByThreshold(sequence: readonly number[], threshold: number): [number[], number] {
  const window: number[] = [];
  let buffer: number[] = [];
  let index = Number.NEGATIVE_INFINITY;
  const found: number[] = [];
  let discarded = 0;
  const step = (): void => {
    const present = [...window, ...buffer].filter((number) => number >= index);
    if (present.length > 0) index = Math.min(...present); // those passed over are lost
    const first = window.shift()!;
    const displacement = index - first;
    if (Math.abs(displacement) > threshold) {
      discarded++;
      return;
    }
    found.push(displacement);
    buffer = buffer.filter((number) => number !== index);
    if (displacement < 0) buffer.push(first);
    index++;
  };
  for (const number of sequence) {
    if (window.length === threshold + 1) step();
    if (number < index || window.includes(number) || buffer.includes(number)) discarded++;
    else window.push(number);
  }
  while (window.length > 0) step();
  return [found, discarded];
}

/** RBD with a threshold: packets that wait after each arrival, and how many were left out. */
export function occupanciesByThreshold(sequence: readonly number[], threshold: number): [number[], number] {
  const window: number[] = [];
  let waiting: number[] = [];
  let reached = Number.NEGATIVE_INFINITY;
  const found: number[] = [];
  let discarded = 0;
  const step = (): void => {
    const first = window.shift()!;
    if (window.every((number) => number > first)) {
      const next = Math.min(...window, Number.POSITIVE_INFINITY);
      reached = Math.max(first, ...waiting.filter((number) => number < next));
      waiting = waiting.filter((number) => number > next);
    } else if (waiting.length < threshold) {
      waiting.push(first);
    } else {
      discarded++;
      return;
    }
    found.push(waiting.length);
  };
  for (const number of sequence) {
    if (window.length === threshold + 1) step();
    if (number <= reached || window.includes(number) || waiting.includes(number)) discarded++;
    else window.push(number);
  }
  while (window.length > 0) step();
  return [found, discarded];
}

/** Packets that wait after each arrival, without a threshold. */
export function occupancies(sequence: readonly number[]): number[] {
  const arrivals = [...new Set(sequence)];
  return arrivals.map((_, i) => {
    const missing = arrivals.slice(i + 1).reduce((least, number) => Math.min(least, number), Number.POSITIVE_INFINITY);
    return arrivals.slice(0, i + 1).filter((number) => number > missing).length;
  });
}
