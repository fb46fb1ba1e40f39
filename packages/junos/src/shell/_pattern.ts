/** Tells whether a line has what a pattern describes. */
export type Pattern = (line: string) => boolean;

/** One step of a compiled pattern; jumps are relative. */
type Step =
  | { readonly kind: 'one'; readonly test: (code: number) => boolean }
  | { readonly kind: 'fork'; readonly a: number; readonly b: number }
  | { readonly kind: 'jump'; readonly to: number }
  | { readonly kind: 'start' | 'end' };

const MOST_STEPS = 5000;
const MOST_REPEATS = 255;
const DEEPEST = 100;

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
 * It is followed in all ways at once, so the time is that of the line times the length of the pattern, whatever it is; what was
 * found out about one line is remembered for the next.
 *
 * @throws {SyntaxError} If it is none.
 * @throws {RangeError} If it is too long, written out.
 */
export function compilePattern(source: string): Pattern {
  const follower = new Follower(new Parser(source).parse());
  return (line) => follower.matches(line);
}

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

const CLASSES: Readonly<Record<string, RegExp>> = {
  alpha: /[a-z]/i,
  digit: /[0-9]/,
  alnum: /[a-z0-9]/i,
  space: /\s/,
  blank: /[ \t]/,
  upper: /[a-z]/i,
  lower: /[a-z]/i,
  punct: /[!-/:-@[-`{-~]/,
  xdigit: /[0-9a-f]/i,
};

class Parser {
  private readonly source: string;
  private at = 0;
  private depth = 0;

  constructor(source: string) {
    this.source = source;
  }

  parse(): readonly Step[] {
    const steps = this.either();
    if (this.at < this.source.length) this.refuse('a ) needs a ( before it');
    return steps;
  }

  private either(): Step[] {
    if (++this.depth > DEEPEST) this.refuse(`at most ${DEEPEST} levels of ( )`);
    let steps = this.sequence();
    while (this.source[this.at] === '|') {
      this.at++;
      const other = this.sequence();
      steps = this.checked([
        { kind: 'fork', a: 1, b: steps.length + 2 },
        ...steps,
        { kind: 'jump', to: other.length + 1 },
        ...other,
      ]);
    }
    this.depth--;
    return steps;
  }

  private sequence(): Step[] {
    const steps: Step[] = [];
    while (this.at < this.source.length && this.source[this.at] !== '|' && this.source[this.at] !== ')') {
      for (const step of this.repeated()) steps.push(step);
      this.checked(steps);
    }
    return steps;
  }

  private repeated(): Step[] {
    let steps = this.atom();
    for (;;) {
      const sign = this.source[this.at];
      const counts = sign === '{' ? /^\{(\d+)(?:(,)(\d*))?\}/.exec(this.source.slice(this.at, this.at + 12)) : null;
      if (counts !== null) {
        const [whole, least, comma, most] = counts;
        this.at += whole.length;
        steps = this.times(
          steps,
          Number(least),
          comma === undefined ? Number(least) : most === '' ? null : Number(most),
        );
      } else if (sign === '*' || sign === '+' || sign === '?') {
        this.at++;
        steps = sign === '?' ? maybe(steps) : sign === '*' ? loop(steps) : [...steps, ...loop(steps)];
      } else return steps;
      this.checked(steps);
    }
  }

  private times(steps: readonly Step[], least: number, most: number | null): Step[] {
    if (least > MOST_REPEATS || (most ?? 0) > MOST_REPEATS) this.refuse(`counts up to ${MOST_REPEATS}`);
    if (most !== null && most < least) this.refuse('counts that rise');
    const out: Step[] = [];
    const add = (more: readonly Step[]): void => {
      for (const step of more) out.push(step);
      this.checked(out);
    };
    for (let i = 0; i < least; i++) add(steps);
    if (most === null) add(loop(steps));
    else for (let i = least; i < most; i++) add(maybe(steps));
    return out;
  }

  private atom(): Step[] {
    const sign = this.source[this.at++];
    switch (sign) {
      case '(': {
        const steps = this.either();
        if (this.source[this.at++] !== ')') this.refuse('a ) behind each (');
        return steps;
      }
      case '[':
        return [{ kind: 'one', test: this.set() }];
      case '.':
        return [{ kind: 'one', test: () => true }];
      case '^':
        return [{ kind: 'start' }];
      case '$':
        return [{ kind: 'end' }];
      case '*':
      case '+':
      case '?':
        return this.refuse(`something that ${sign} repeats`);
      case '\\':
        if (this.at >= this.source.length) this.refuse('a character behind \\');
        return [oneOf(this.source[this.at++])];
      default:
        return [oneOf(sign)];
    }
  }

  private set(): (code: number) => boolean {
    const { source } = this;
    const isNot = source[this.at] === '^';
    if (isNot) this.at++;
    const tests: ((code: number) => boolean)[] = [];
    for (let isFirst = true; ; isFirst = false) {
      const sign = source[this.at];
      if (sign === undefined) this.refuse('a ] behind each [');
      if (sign === ']' && !isFirst) break;
      const named = /^\[:([a-z]+):\]/.exec(source.slice(this.at, this.at + 12));
      if (named !== null && Object.hasOwn(CLASSES, named[1])) {
        this.at += named[0].length;
        const pattern = CLASSES[named[1]];
        tests.push((code) => pattern.test(String.fromCharCode(code)));
        continue;
      }
      this.at++;
      const last = source[this.at + 1];
      if (source[this.at] === '-' && last !== undefined && last !== ']') {
        this.at += 2;
        const [from, to] = [sign.charCodeAt(0), last.charCodeAt(0)];
        if (to < from) this.refuse('a range that rises');
        tests.push((code) => bothCases(code).some((each) => each >= from && each <= to));
      } else {
        const code = sign.charCodeAt(0);
        tests.push((other) => bothCases(other).includes(code));
      }
    }
    this.at++;
    return (code) => tests.some((test) => test(code)) !== isNot;
  }

  private checked(steps: Step[]): Step[] {
    if (steps.length <= MOST_STEPS) return steps;
    throw new RangeError(`Cannot read pattern: it must have at most ${MOST_STEPS} steps: got more`);
  }

  private refuse(rule: string): never {
    const got = this.source.length > 60 ? `${this.source.slice(0, 60)}...` : this.source;
    throw new SyntaxError(`Cannot read pattern: it must have ${rule}: got ${JSON.stringify(got)}`);
  }
}

function oneOf(sign: string): Step {
  const codes = bothCases(sign.charCodeAt(0));
  return { kind: 'one', test: (code) => codes.includes(code) };
}

/** The code of a character in its own case and in the other one. */
function bothCases(code: number): readonly number[] {
  if (code >= 65 && code <= 90) return [code, code + 32];
  if (code >= 97 && code <= 122) return [code, code - 32];
  return [code];
}

function maybe(steps: readonly Step[]): Step[] {
  return [{ kind: 'fork', a: 1, b: steps.length + 1 }, ...steps];
}

function loop(steps: readonly Step[]): Step[] {
  return [{ kind: 'fork', a: 1, b: steps.length + 2 }, ...steps, { kind: 'jump', to: -(steps.length + 1) }];
}
