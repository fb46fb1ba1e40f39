import type { Context } from 'hono';
import type { z } from 'zod';
import type { Env, Services } from '../context.ts';
import { pointerOf, RequestError } from '../request-error.ts';
import { Body, late, tooLarge } from '../run/body.ts';
import { clientGone } from '../run/budget.ts';

/** What a JSON body may call itself: also what `curl -d` and `fetch` say of a text when they are not told. */
const JSON_TYPES: readonly string[] = ['application/json', '', 'application/x-www-form-urlencoded', 'text/plain'];

/**
 * Reads a body that is JSON.
 *
 * @throws {RequestError} If it is too long, no JSON, or not of the schema: the first fault, with its pointer.
 */
export function readJson<T>(c: Context<Env>, services: Services, schema: z.ZodType<T>): Promise<T> {
  return readText(c, services).then((text) => parseBody(text, schema));
}

/** Reads a body that says that it is JSON, or nothing else. */
export function readText(c: Context<Env>, services: Services): Promise<string> {
  const { limits, headerOf } = services;
  const type = headerOf(c, 'content-type') ?? '';
  if (type !== 'application/json' && !JSON_TYPES.includes(type.split(';')[0].trim().toLowerCase())) {
    const got = JSON.stringify(type.slice(0, 100));
    const message = `Cannot read body: Content-Type must be application/json: got ${got}`;
    throw new RequestError('unsupported-media-type', message);
  }
  const encoding = headerOf(c, 'content-encoding');
  if (encoding !== undefined && encoding !== 'identity') {
    const got = JSON.stringify(encoding.slice(0, 60));
    throw new RequestError('unsupported-encoding', `Cannot read body: Content-Encoding must be identity: got ${got}`);
  }
  const declared = headerOf(c, 'content-length');
  if (Number(declared ?? 0) > limits.textBytes) throw tooLarge(limits.textBytes, String(declared));
  return declared === undefined ? readPieces(c, services) : readAtOnce(c, services);
}

/** Checks a body that is JSON. */
export function parseBody<T>(text: string, schema: z.ZodType<T>): T {
  return check(schema, parseJson(text), 'body', (path) => ({ pointer: pointerOf(path) }));
}

/**
 * Reads the query.
 *
 * @throws {RequestError} The first fault, with the parameter's name.
 */
export function readQuery<T>(c: Context<Env>, schema: z.ZodType<T>): T {
  const all = c.req.queries();
  const twice = Object.entries(all).find(([, values]) => values.length > 1);
  if (twice !== undefined) {
    const [parameter, values] = twice;
    const rule = `${showName(parameter)} must stand once`;
    throw new RequestError('request-bad-value', `Cannot read query: ${rule}: got it ${values.length} times`, {
      parameter,
    });
  }
  const value = Object.fromEntries(Object.entries(all).map(([name, values]) => [name, values[0]]));
  return check(schema, value, 'query', ([parameter]) =>
    parameter === undefined ? {} : { parameter: String(parameter) },
  );
}

/** The body of a length that is declared: half the time of a stream on Node. */
function readAtOnce(c: Context<Env>, { limits, stalls }: Services): Promise<string> {
  return new Promise((resolve, reject) => {
    const done = stalls.watch(() => reject(late(limits)));
    c.req.raw.text().then(
      (text) => {
        done();
        resolve(text);
      },
      () => {
        done();
        reject(new RequestError('upload-aborted', 'Cannot read body: the body must come to its end: got less'));
      },
    );
  });
}

/** The body in chunks: as a whole it has no more time than one of a declared length, however often a byte of it comes. */
async function readPieces(c: Context<Env>, { limits, stalls }: Services): Promise<string> {
  const { body, signal } = c.req.raw;
  const control = new AbortController();
  const gone = (): void => control.abort(clientGone());
  const done = stalls.watch(() => control.abort(late(limits)));
  signal.addEventListener('abort', gone, { once: true });
  try {
    return await new Body(body, limits, control.signal, limits.textBytes).text(limits.textBytes);
  } finally {
    done();
    signal.removeEventListener('abort', gone);
  }
}

function check<T>(
  schema: z.ZodType<T>,
  value: unknown,
  what: string,
  place: (path: readonly (string | number)[]) => { pointer?: string; parameter?: string },
): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const { issues } = parsed.error;
  const issue = issues.find(({ code }) => code === 'unrecognized_keys') ?? issues[0];
  const isUnknown = issue.code === 'unrecognized_keys';
  const path = [...(issue.path as (string | number)[]), ...(isUnknown ? [issue.keys[0]] : [])];
  const got = valueAt(value, path);
  const kind = isUnknown ? 'unknown-key' : got === undefined ? 'missing-key' : 'bad-value';
  const subject = path.length === 0 ? `the ${what}` : path.map((step) => showName(String(step))).join('.');
  const message = `Cannot read ${what}: ${subject} must ${issue.message}: got ${isUnknown ? showName(issue.keys[0]) : show(got)}`;
  throw new RequestError(`request-${kind}`, message, place(path));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    const got = text.trim() === '' ? 'nothing' : 'a text that is none';
    throw new RequestError('json-syntax', `Cannot read body: it must be JSON: got ${got}`, { pointer: '' });
  }
}

function valueAt(value: unknown, path: readonly (string | number)[]): unknown {
  let at = value;
  for (const step of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, step)) return undefined;
    at = (at as Record<string | number, unknown>)[step];
  }
  return at;
}

function showName(name: string): string {
  return /^\w{1,40}$/.test(name) ? name : JSON.stringify(name.slice(0, 40));
}

/** A value as an error says it, cut to a length that stays one line. */
function show(value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  if (Array.isArray(value)) return `a list of ${value.length} items`;
  if (typeof value === 'object') return 'an object';
  return typeof value === 'string' ? JSON.stringify(value.slice(0, 60)) : String(value);
}
