import { PatternParser, type Step } from './_pattern-parser.ts';

/** Tells whether a line has what a pattern describes. */
export type Pattern = (line: string) => boolean;

/** States of the pattern that a line can be in at one place, all at once. */
interface Places {
  /** Steps that take a character. */
  readonly takers: readonly number[];
  /** Whether the pattern has matched; whether it does if the line ends here. */
  readonly isMatch: boolean;
  readonly isMatchAtEnd: boolean;
  /** Where characters lead, by code up to 127; filled as it is asked for. */
  readonly next: (Places | undefined)[];
}

/** Sets of places that are remembered; then they are made anew. */
const MOST_PLACES = 2000;

/**
 * Compiles an extended regular expression (POSIX 1003.2), without case.
 *
 * It is followed in all ways at once, so the time is that of the line times the length of the pattern, whatever it is;
 * what was found out about one line is remembered for the next.
 *
 * @throws {SyntaxError} If it is none.
 * @throws {RangeError} If it is too long, written out.
 */
export function compilePattern(source: string): Pattern {
  const follower = new Follower(new PatternParser(source).parse());
  return (line) => follower.matches(line);
}

/** Follows the steps of a pattern along lines. */
class Follower {
  private readonly steps: readonly Step[];
  private readonly seen: Uint32Array;
  private turn = 0;
  private readonly known = new Map<string, Places>();
  private first: Places;

  constructor(steps: readonly Step[]) {
    this.steps = steps;
    this.seen = new Uint32Array(steps.length + 1);
    this.first = this.placesOf([0], true);
  }

  matches(line: string): boolean {
    let at = this.first;
    const { length } = line;
    for (let i = 0; i < length; i++) {
      if (at.isMatch) return true;
      const code = line.charCodeAt(i);
      at = (code < 128 ? at.next[code] : undefined) ?? this.follow(at, code);
    }
    return at.isMatch || at.isMatchAtEnd;
  }

  private follow(at: Places, code: number): Places {
    const { steps } = this;
    // another match may begin here
    const from = [0];
    for (const state of at.takers) {
      const step = steps[state];
      if (step.kind === 'one' && step.test(code)) from.push(state + 1);
    }
    const to = this.placesOf(from, false);
    if (code < 128) at.next[code] = to;
    return to;
  }

  /** What can be reached without a character. */
  private placesOf(from: readonly number[], isStart: boolean): Places {
    const takers: number[] = [];
    const waiting: number[] = [];
    this.turn++;
    const isMatch = this.reach([...from], isStart, false, takers, waiting);
    // steps that were left aside since the line may go on
    const isMatchAtEnd = isMatch || this.reach(waiting, isStart, true, [], []);
    takers.sort((a, b) => a - b);
    const key = `${isMatch ? 'm' : ''}${isMatchAtEnd ? 'e' : ''}${takers.join()}`;
    const before = this.known.get(key);
    if (before !== undefined) return before;
    if (this.known.size >= MOST_PLACES) {
      this.known.clear();
      // those that lead to forgotten ones go too
      if (this.first !== undefined) this.first = { ...this.first, next: [] };
    }
    const places: Places = { takers, isMatch, isMatchAtEnd, next: [] };
    this.known.set(key, places);
    return places;
  }

  private reach(stack: number[], isStart: boolean, isEnd: boolean, takers: number[], waiting: number[]): boolean {
    const { steps, seen, turn } = this;
    let isMatch = false;
    while (stack.length > 0) {
      const state = stack.pop()!;
      if (state === steps.length) {
        isMatch = true;
        continue;
      }
      const step = steps[state];
      if (seen[state] === turn && !(isEnd && step.kind === 'end')) continue;
      seen[state] = turn;
      if (step.kind === 'one') takers.push(state);
      else if (step.kind === 'fork') stack.push(state + step.b, state + step.a);
      else if (step.kind === 'jump') stack.push(state + step.to);
      else if (step.kind === 'start') {
        if (isStart) stack.push(state + 1);
      } else if (isEnd) stack.push(state + 1);
      else waiting.push(state);
    }
    return isMatch;
  }
}
