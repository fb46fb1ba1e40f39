/** Finds imports and calls in TypeScript text without a compiler: TypeScript 7 has no JavaScript interface to parse with. */

/** One `import`, `export ... from`, `import()` or `import.meta.resolve()`. */
export interface Import {
  specifier: string;
  /** `import type` and `export type`: erased, no arrow at run time. An `import { type A }` is not one. */
  typeOnly: boolean;
  line: number;
}

const REGEX_MAY_FOLLOW = /(?:^|[=(,:[!&|?{};+\-*%<>~^]|=>|\b(?:return|typeof|case|in|of|delete|void|throw))\s*$/;

/**
 * Blanks comments, and strings too if asked, keeping every offset and line.
 * The text inside `${}` of a template stays, because it is code.
 */
export function blank(source: string, what: { strings: boolean }): string {
  const out = source.split('');
  const erase = (from: number, to: number) => {
    for (let i = from; i < to; i++) if (out[i] !== '\n') out[i] = ' ';
  };
  /** Braces open inside each `${}` that is open. */
  const templates: number[] = [];
  let at = 0;

  const quoted = (quote: string, start: number): number => {
    let end = start;
    for (; end < source.length && source[end] !== quote && source[end] !== '\n'; end++) if (source[end] === '\\') end++;
    if (what.strings) erase(start, end);
    return end + 1;
  };
  const template = (start: number): number => {
    let end = start;
    for (; end < source.length && source[end] !== '`'; end++) {
      if (source[end] === '\\') end++;
      else if (source.startsWith('${', end)) {
        if (what.strings) erase(start, end);
        templates.push(0);
        return end + 2;
      }
    }
    if (what.strings) erase(start, end);
    return end + 1;
  };
  const regex = (start: number): number => {
    let inClass = false;
    let end = start;
    for (; end < source.length && source[end] !== '\n' && (inClass || source[end] !== '/'); end++) {
      if (source[end] === '\\') end++;
      else if (source[end] === '[') inClass = true;
      else if (source[end] === ']') inClass = false;
    }
    if (what.strings) erase(start, end);
    return end + 1;
  };

  while (at < source.length) {
    const char = source[at];
    if (source.startsWith('//', at) || source.startsWith('/*', at)) {
      const found = source[at + 1] === '/' ? source.indexOf('\n', at) : source.indexOf('*/', at + 2) + 2;
      const end = found < at + 2 ? source.length : found;
      erase(at, end);
      at = end;
    } else if (char === "'" || char === '"') at = quoted(char, at + 1);
    else if (char === '`') at = template(at + 1);
    else if (char === '/' && REGEX_MAY_FOLLOW.test(out.slice(Math.max(0, at - 40), at).join(''))) at = regex(at + 1);
    else if (char === '{' && templates.length > 0) {
      templates[templates.length - 1]!++;
      at++;
    } else if (char === '}' && templates.length > 0) {
      if (templates[templates.length - 1] === 0) {
        templates.pop();
        at = template(at + 1);
      } else {
        templates[templates.length - 1]!--;
        at++;
      }
    } else at++;
  }
  return out.join('');
}

/** Tells the line of an offset, from 1. */
export function lineAt(source: string, offset: number): number {
  let line = 1;
  for (let i = source.indexOf('\n'); i !== -1 && i < offset; i = source.indexOf('\n', i + 1)) line++;
  return line;
}

const STATIC =
  /^[ \t]*(import|export)\s+(type\s+(?!from\b)(?=[\w{*$]))?(?:[\w$*{},\s]*?\bfrom\s*)?(['"])([^'"\n]+)\3/gm;
const DYNAMIC = /\bimport(?:\.meta\.resolve)?\s*\(\s*(['"])([^'"\n]+)\1/g;

/** Lists every import of a module, in order of appearance. */
export function findImports(source: string): Import[] {
  const code = blank(source, { strings: false });
  const found: Import[] = [];
  for (const match of code.matchAll(STATIC)) {
    const start = match.index + (match[0].length - match[0].trimStart().length);
    found.push({ specifier: match[4]!, typeOnly: match[2] !== undefined, line: lineAt(code, start) });
  }
  for (const match of code.matchAll(DYNAMIC)) {
    found.push({ specifier: match[2]!, typeOnly: false, line: lineAt(code, match.index) });
  }
  return found.sort((a, b) => a.line - b.line);
}
