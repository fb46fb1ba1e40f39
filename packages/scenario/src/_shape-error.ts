import { nearestName } from '@midplane/chassis';
import type { z } from 'zod';
import { KEYS } from './_must.ts';
import type { Path, Refusal } from './_refusal.ts';
import { type ScenarioError, showValue } from './scenario-error.ts';

type Issue = z.core.$ZodIssue;

/** The first thing that is wrong with the shape: another version, then unknown keys, then the rest from top to bottom. */
export function shapeError(value: unknown, found: readonly Issue[], refuse: Refusal): ScenarioError {
  const issues = found.flatMap((issue) => flatten(value, issue));
  const issue =
    issues.find(({ path }) => path[0] === 'schema') ??
    issues.find(({ code }) => code === 'unrecognized_keys') ??
    issues[0];
  const path = issue.path as Path;
  const label = path.length === 0 ? 'the scenario' : path.join('.');
  if (issue.code === 'unrecognized_keys' && issue.message.startsWith(KEYS)) {
    const [key] = issue.keys;
    const keys = issue.message.slice(KEYS.length).split(', ');
    const here = [...path, key];
    return refuse(
      'scenario-unknown-key',
      here,
      `${here.join('.')} must ${issue.message}`,
      withNearest(key, keys),
      'key',
    );
  }
  const got = valueAt(value, path);
  if (issue.code === 'invalid_key') {
    const rule = `${label} must be a slot number, with the name of its card behind it`;
    return refuse('scenario-unknown-key', path, rule, showValue(String(path.at(-1))), 'key');
  }
  const isVersion = path.length === 1 && path[0] === 'schema';
  const code = isVersion ? 'scenario-version' : got === undefined ? 'scenario-missing-key' : 'scenario-bad-value';
  const names = /^be one of (.*)$/.exec(issue.message)?.[1].split(', ') ?? [];
  return refuse(code, path, `${label} must ${issue.message}`, withNearest(got, names));
}

/** The issues of the variant that was meant, where one was; else the issue as it is. Paths from the root. */
function flatten(value: unknown, issue: Issue, base: Path = []): Issue[] {
  const path = [...base, ...(issue.path as Path)];
  if (issue.code !== 'invalid_union') return [{ ...issue, path }];
  const got = valueAt(value, path);
  const meant = issue.errors.filter((each) => !each.some((inner) => speaksAgainst(inner, got)));
  if (meant.length !== 1) return [{ ...issue, path }];
  return meant[0].flatMap((inner) => flatten(value, inner, path));
}

/** Whether an issue says that another variant was meant: the value is of another type, or lacks a key. */
function speaksAgainst(issue: Issue, value: unknown): boolean {
  const { code, path } = issue;
  if (path.length === 0) return code === 'invalid_type' || code === 'invalid_value' || code === 'invalid_union';
  return path.length === 1 && valueAt(value, path as Path) === undefined;
}

function valueAt(value: unknown, path: Path): unknown {
  let at = value;
  for (const step of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, step)) return undefined;
    at = (at as Record<string | number, unknown>)[step];
  }
  return at;
}

function withNearest(got: unknown, names: readonly string[]): string {
  const nearest = typeof got === 'string' ? nearestName(got, names) : null;
  return nearest === null ? showValue(got) : `${showValue(got)} (nearest: ${nearest})`;
}
