import type { ByteStream } from '@midplane/capture';
import { loadScenario, type Scenario } from '@midplane/scenario';
import { RequestError } from '../request-error.ts';
import type { Limits } from '../settings.ts';
import type { Body } from './body.ts';
import { Multipart } from './multipart.ts';

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

/** What an upload holds: a scenario, a capture, or both. */
export interface Upload {
  readonly scenario: Scenario | undefined;
  /** The capture as it comes; undefined where the body is a scenario. */
  readonly capture: ByteStream | undefined;
  readonly fileName: string | undefined;
}

/**
 * Reads the beginning of an upload: a scenario as a whole, a capture not at all yet.
 *
 * By its content type it is a scenario or a form; everything else is looked at, as the command looks at a file: `curl
 * --data-binary` says `application/x-www-form-urlencoded` of all that it sends.
 */
export async function readUpload(body: Body, contentType: string | undefined, limits: Limits): Promise<Upload> {
  const essence = (contentType ?? '').split(';')[0].trim().toLowerCase();
  if (essence === 'multipart/form-data') return readForm(body, contentType!, limits);
  const isScenario = SCENARIO_TYPES.includes(essence) || (await showsScenario(body));
  if (!isScenario) return { scenario: undefined, capture: body, fileName: undefined };
  const scenario = loadScenario(await body.text(limits.textBytes), { name: 'in the body' });
  return { scenario, capture: undefined, fileName: undefined };
}

async function showsScenario(body: Body): Promise<boolean> {
  if (!isText(await body.peek(FIRST))) return false;
  return SHOWS_SCENARIO.test(new TextDecoder().decode((await body.peek(HEAD)).subarray(0, HEAD)));
}

/** Whether bytes may be the first ones of a text; those of every capture are none. */
function isText(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte >= 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d);
}

async function readForm(body: Body, contentType: string, limits: Limits): Promise<Upload> {
  const form = new Multipart(body, contentType);
  let scenario: Scenario | undefined;
  for (;;) {
    const part = await form.next();
    if (part === undefined) {
      if (scenario !== undefined) return { scenario, capture: undefined, fileName: undefined };
      throw new RequestError(
        'malformed-form',
        'Cannot read form: it must have a part "scenario" or "capture": got neither',
      );
    }
    if (part.name === 'capture') return { scenario, capture: part, fileName: part.fileName };
    if (part.name !== 'scenario' || scenario !== undefined) {
      const rule = 'parts must be "scenario", then "capture"';
      const got = JSON.stringify(part.name.slice(0, 60));
      throw new RequestError(
        'malformed-form',
        `Cannot read form: ${rule}: got ${scenario === undefined ? got : `${got} again`}`,
      );
    }
    scenario = loadScenario(await part.text(limits.textBytes), { name: 'in the form' });
  }
}
