/** A number that bounds what the endpoint does for one request, one client or all. */
interface LimitSetting {
  /** Name in the environment. */
  readonly env: string;
  readonly value: number;
  readonly unit: string;
  readonly meaning: string;
}

/** Names of the limits. */
export type LimitName =
  | 'bodyBytes'
  | 'textBytes'
  | 'captureBytes'
  | 'keptBytes'
  | 'packets'
  | 'sessions'
  | 'flows'
  | 'simulatedSeconds'
  | 'tableLength'
  | 'wallSeconds'
  | 'idleSeconds'
  | 'simulations'
  | 'requestsPerMinute';

/** Every limit with its name in the environment and its default. The table of the README is this one. */
export const LIMITS: Readonly<Record<LimitName, LimitSetting>> = {
  bodyBytes: {
    env: 'MIDPLANE_MAX_BODY_BYTES',
    value: 1_073_741_824,
    unit: 'bytes',
    meaning: 'body of a request, as it is sent',
  },
  textBytes: {
    env: 'MIDPLANE_MAX_TEXT_BYTES',
    value: 1_048_576,
    unit: 'bytes',
    meaning: 'body that is text: a question, a scenario',
  },
  captureBytes: {
    env: 'MIDPLANE_MAX_CAPTURE_BYTES',
    value: 4_294_967_296,
    unit: 'bytes',
    meaning: 'capture, uncompressed',
  },
  keptBytes: {
    env: 'MIDPLANE_MAX_KEPT_BYTES',
    value: 67_108_864,
    unit: 'bytes',
    meaning: 'capture, as it is sent, that is kept in memory: of a plan, and the first of two whose order is measured',
  },
  packets: {
    env: 'MIDPLANE_MAX_PACKETS',
    value: 50_000_000,
    unit: 'packets',
    meaning: 'packets of a run, each time that it is read',
  },
  sessions: {
    env: 'MIDPLANE_MAX_SESSIONS',
    value: 1_000_000,
    unit: 'sessions',
    meaning: 'sessions at a time, those of all paths of a comparison together, or flows of an inspection',
  },
  flows: {
    env: 'MIDPLANE_MAX_FLOWS',
    value: 10_000_000,
    unit: 'flows',
    meaning: 'flows of generated traffic',
  },
  simulatedSeconds: {
    env: 'MIDPLANE_MAX_SIMULATED_SECONDS',
    value: 2_678_400,
    unit: 's',
    meaning: 'simulated time, from the first packet to the last of a source',
  },
  tableLength: {
    env: 'MIDPLANE_MAX_TABLE_LENGTH',
    value: 1_048_576,
    unit: 'rows',
    meaning: 'rows of a session distribution hash table',
  },
  wallSeconds: {
    env: 'MIDPLANE_MAX_WALL_SECONDS',
    value: 120,
    unit: 's',
    meaning: 'time that a run may take, upload included',
  },
  idleSeconds: { env: 'MIDPLANE_MAX_IDLE_SECONDS', value: 15, unit: 's', meaning: 'time without a byte of an upload' },
  simulations: {
    env: 'MIDPLANE_MAX_SIMULATIONS',
    value: 4,
    unit: 'runs',
    meaning: 'runs at a time; one more is refused',
  },
  requestsPerMinute: {
    env: 'MIDPLANE_MAX_REQUESTS_PER_MINUTE',
    value: 1200,
    unit: 'requests',
    meaning: 'requests of one client; 0 = no limit',
  },
};

/** Values of all limits. */
export type Limits = Readonly<Record<LimitName, number>>;

/** Settings that are not limits, with their names in the environment. */
export const SETTINGS: readonly { readonly env: string; readonly value: string; readonly meaning: string }[] = [
  { env: 'MIDPLANE_TOKENS', value: '', meaning: 'bearer tokens, with commas between them; none: everybody may ask' },
  {
    env: 'MIDPLANE_CORS_ORIGINS',
    value: '',
    meaning: 'origins of pages that may ask, with commas between them; `*`: all',
  },
  {
    env: 'MIDPLANE_TRUST_PROXY',
    value: '0',
    meaning: '1: the client is the last address of `X-Forwarded-For`; on workerd, the address in `CF-Connecting-IP`',
  },
  { env: 'MIDPLANE_LOG', value: '1', meaning: '0: no log; 1: a line of JSON per request on standard error' },
  {
    env: 'MIDPLANE_WORKERS',
    value: '0',
    meaning: 'workers that a scenario with `spus: workers` or `auto` gets, at most 8; 0: none',
  },
  {
    env: 'MIDPLANE_OTEL',
    value: '0',
    meaning: '1: OpenTelemetry spans, to the provider that the process has registered',
  },
];

/** What the environment says, for `createApp`. */
export interface EnvironmentSettings {
  readonly limits: Limits;
  readonly tokens: readonly string[];
  readonly corsOrigins: readonly string[];
  readonly trustProxy: boolean;
  readonly telemetry: boolean;
  /** Workers of a run, at most. */
  readonly workers: number;
  readonly logs: boolean;
}

/**
 * Reads limits and settings from the environment.
 *
 * @param env Variables by name; those that are not set have their defaults.
 * @throws {RangeError} If a value is no whole number from 1 (of the rate: from 0), or a switch neither 0 nor 1.
 * @example
 * ```ts
 * import { readSettings } from '@midplane/edge';
 * import assert from 'node:assert/strict';
 *
 * const { limits, tokens } = readSettings({ MIDPLANE_MAX_PACKETS: '1000', MIDPLANE_TOKENS: 'one,two' });
 * assert.equal(limits.packets, 1000);
 * assert.equal(limits.simulations, 4);
 * assert.deepEqual(tokens, ['one', 'two']);
 * assert.throws(() => readSettings({ MIDPLANE_MAX_PACKETS: 'many' }), /MIDPLANE_MAX_PACKETS must be a whole number/);
 * ```
 */
export function readSettings(env: Readonly<Record<string, string | undefined>>): EnvironmentSettings {
  const limits = Object.entries(LIMITS).map(([name, { env: key, value }]) => {
    const text = env[key];
    if (text === undefined || text === '') return [name, value];
    const least = name === 'requestsPerMinute' ? 0 : 1;
    const number = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    if (number >= least) return [name, number];
    throw new RangeError(
      `Cannot read settings: ${key} must be a whole number from ${least}: got ${JSON.stringify(text)}`,
    );
  });
  return {
    limits: Object.fromEntries(limits) as Limits,
    tokens: listIn(env, 'MIDPLANE_TOKENS'),
    corsOrigins: listIn(env, 'MIDPLANE_CORS_ORIGINS'),
    trustProxy: switchIn(env, 'MIDPLANE_TRUST_PROXY'),
    telemetry: switchIn(env, 'MIDPLANE_OTEL'),
    workers: workersIn(env),
    logs: switchIn(env, 'MIDPLANE_LOG'),
  };
}

function listIn(env: Readonly<Record<string, string | undefined>>, key: string): string[] {
  const items = (env[key] ?? '').split(',').map((item) => item.trim());
  return items.filter((item) => item !== '');
}

function workersIn(env: Readonly<Record<string, string | undefined>>): number {
  const text = env['MIDPLANE_WORKERS'] || '0';
  if (/^[0-8]$/.test(text)) return Number(text);
  throw new RangeError(
    `Cannot read settings: MIDPLANE_WORKERS must be a whole number from 0 to 8: got ${JSON.stringify(text)}`,
  );
}

function switchIn(env: Readonly<Record<string, string | undefined>>, key: string): boolean {
  const text = env[key] || SETTINGS.find((setting) => setting.env === key)!.value;
  if (text === '0' || text === '1') return text === '1';
  throw new RangeError(`Cannot read settings: ${key} must be 0 or 1: got ${JSON.stringify(text)}`);
}
