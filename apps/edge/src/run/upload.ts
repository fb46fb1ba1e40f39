import type { ByteStream } from '@midplane/capture';
import { loadScenario, type Scenario } from '@midplane/scenario';
import { RequestError } from '../request-error.ts';
import type { Limits } from '../settings.ts';
import type { Body } from './body.ts';
import { Multipart, type Part } from './multipart.ts';

/** Bytes that tell a text from a capture, and bytes in which a scenario shows its schema. */
const FIRST = 8;
const HEAD = 4096;
const SHOWS_SCENARIO = /midplane-scenario\//;
const SCENARIO_TYPES: readonly string[] = [
  'application/json',
  'application/yaml',
  'application/x-yaml',
  'text/yaml',
  'text/x-yaml',
];

/** A scenario, and the name of its file, if the client said it. */
export interface SentScenario {
  readonly scenario: Scenario;
  readonly fileName: string | undefined;
}

/** What an upload holds: a scenario, a capture, or both. */
export interface Upload {
  readonly scenario: Scenario | undefined;
  /** Scenarios of a form, by the names of their parts. */
  readonly scenarios: Readonly<Record<string, SentScenario>>;
  /** The capture as it comes; undefined where the body is a scenario. */
  readonly capture: ByteStream | undefined;
  readonly fileName: string | undefined;
  /** What comes behind the capture; undefined where the body is no form. */
  readonly nextPart: (() => Promise<Part | undefined>) | undefined;
}

/** Parts of a form that are scenarios, but for the one that all forms may have. */
export type ScenarioParts = readonly string[];

/**
 * Reads the beginning of an upload: scenarios as a whole, a capture not at all yet.
 *
 * By its content type it is a scenario or a form; everything else is looked at, as the command looks at a file: `curl
 * --data-binary` says `application/x-www-form-urlencoded` of all that it sends.
 */
export async function readUpload(
  body: Body,
  contentType: string | undefined,
  limits: Limits,
  more: ScenarioParts = [],
): Promise<Upload> {
  const essence = essenceOf(contentType);
  if (essence === 'multipart/form-data') return readForm(body, contentType!, limits, ['scenario', ...more]);
  const isScenario = SCENARIO_TYPES.includes(essence) || (await showsScenario(body));
  const nothing = { scenario: undefined, scenarios: {}, capture: undefined, fileName: undefined, nextPart: undefined };
  if (!isScenario) return { ...nothing, capture: body };
  return { ...nothing, scenario: loadScenario(await body.text(limits.textBytes), { name: 'in the body' }) };
}

/** The media type alone, in small letters. */
export function essenceOf(contentType = ''): string {
  return contentType.split(';')[0].trim().toLowerCase();
}

async function showsScenario(body: Body): Promise<boolean> {
  if (!isText(await body.peek(FIRST))) return false;
  return SHOWS_SCENARIO.test(new TextDecoder().decode((await body.peek(HEAD)).subarray(0, HEAD)));
}

/** Whether bytes may be the first ones of a text; those of every capture are none. */
function isText(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte >= 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d);
}

async function readForm(body: Body, contentType: string, limits: Limits, names: ScenarioParts): Promise<Upload> {
  const form = new Multipart(body, contentType);
  const nextPart = (): Promise<Part | undefined> => form.next();
  const scenarios: Record<string, SentScenario> = {};
  const uploadOf = (capture: Part | undefined): Upload => {
    const { scenario } = scenarios['scenario'] ?? {};
    return { scenario, scenarios, capture, fileName: capture?.fileName, nextPart };
  };
  for (;;) {
    const part = await nextPart();
    if (part === undefined) {
      if (Object.keys(scenarios).length > 0) return uploadOf(undefined);
      throw malformedForm(
        `it must have a part ${orList([...names, 'capture'])}`,
        names.length > 1 ? 'none' : 'neither',
      );
    }
    const { name, fileName } = part;
    if (name === 'capture') return uploadOf(part);
    if (!names.includes(name) || name in scenarios) {
      const rule = `parts must be ${[...names, 'capture'].map((each) => `"${each}"`).join(', then ')}`;
      const got = JSON.stringify(name.slice(0, 60));
      throw malformedForm(rule, name in scenarios ? `${got} again` : got);
    }
    const where = name === 'scenario' ? 'in the form' : `in the part "${name}"`;
    scenarios[name] = { scenario: loadScenario(await part.text(limits.textBytes), { name: where }), fileName };
  }
}

/** Packets of the last capture of a form; what comes behind it is refused, not passed over. */
export async function* lastCapture<T>(
  batches: AsyncIterable<T>,
  nextPart: Upload['nextPart'],
): AsyncGenerator<T, void, undefined> {
  yield* batches;
  const part = await nextPart?.();
  if (part === undefined) return;
  if (part.name === 'scenario' || part.name === 'after') {
    const rule = `the part "${part.name}" must stand before the capture, which is read while it comes`;
    throw malformedForm(rule, 'it behind the capture');
  }
  throw malformedForm('nothing must stand behind the last capture', `a part ${JSON.stringify(part.name.slice(0, 60))}`);
}

/** The error of a form. */
export function malformedForm(rule: string, got: string): RequestError {
  return new RequestError('malformed-form', `Cannot read form: ${rule}: got ${got}`);
}

function orList(names: readonly string[]): string {
  const quoted = names.map((name) => `"${name}"`);
  return `${quoted.slice(0, -1).join(', ')} or ${quoted.at(-1)}`;
}
