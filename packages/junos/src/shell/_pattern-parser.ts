/** One step of a compiled pattern; jumps are relative. */
export type Step =
  | { readonly kind: 'one'; readonly test: (code: number) => boolean }
  | { readonly kind: 'fork'; readonly a: number; readonly b: number }
  | { readonly kind: 'jump'; readonly to: number }
  | { readonly kind: 'start' | 'end' };

const MOST_STEPS = 5000;
const MOST_REPEATS = 255;
const DEEPEST = 100;

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

/** Reads an extended regular expression as steps. */
export class PatternParser {
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
