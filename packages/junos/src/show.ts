import { COMMANDS, type CommandDefinition, type ShowCommandName } from './commands/commands.ts';
import type { DeviceView } from './device-view.ts';
import { renderParts, renderPartsAsync } from './output/render.ts';
import { createSink, type OutputFormat, type Sink } from './output/sink.ts';
import { group, leaf, type Part } from './output/template.ts';
import { parseSessionFilter, type SessionFilter } from './session-filter.ts';

/** How much `show security flow session` tells. */
export type SessionLevel = 'brief' | 'extensive' | 'summary';

/** An operational command, read. */
export interface ShowRequest {
  /** The command. */
  readonly command: ShowCommandName;
  /** Which sessions; all by default. Of `show security flow session` only. */
  readonly filter?: SessionFilter;
  /** How much; `brief` by default. Of `show security flow session` only. */
  readonly level?: SessionLevel;
  /** FPC number. Of `show security monitoring fpc` only, and needed there. */
  readonly fpc?: number;
  /** Node of a cluster; all by default. */
  readonly node?: 0 | 1;
}

const LEVELS: readonly string[] = ['brief', 'extensive', 'summary'] satisfies SessionLevel[];

/**
 * Reads an operational command.
 *
 * Words are whole words; abbreviations are left to a shell. Filters and levels may stand in any order.
 *
 * @param command The command, as one text or as words.
 * @returns The request.
 * @throws {SyntaxError} If no command begins so, a word is not accepted, or a value is missing or malformed.
 * @throws {RangeError} If a number is out of range.
 * @example
 * ```ts
 * import { parseShow } from '@midplane/junos';
 * import assert from 'node:assert/strict';
 *
 * assert.deepEqual(parseShow('show security flow session protocol tcp summary'), {
 *   command: 'show security flow session',
 *   filter: { protocol: 6 },
 *   level: 'summary',
 * });
 * assert.throws(() => parseShow('show interfaces'), SyntaxError);
 * ```
 */
export function parseShow(command: string | readonly string[]): ShowRequest {
  const words = typeof command === 'string' ? command.split(/\s+/).filter((word) => word !== '') : [...command];
  const definition = findDefinition(words);
  const rest = words.slice(definition.name.split(' ').length);
  const request: { -readonly [K in keyof ShowRequest]: ShowRequest[K] } = { command: definition.name };
  if (definition.takes === 'fpc') request.fpc = readNumber('fpc', rest.shift(), 11);
  const filterWords: string[] = [];
  while (rest.length > 0) {
    const word = rest.shift()!;
    if (word === 'node') {
      request.node = readNumber('node', rest.shift(), 1) as 0 | 1;
    } else if (definition.takes !== 'sessions') {
      throw new SyntaxError(`Cannot read command: the command must end here or name a node: got ${quote(word)}`);
    } else if (LEVELS.includes(word)) {
      if (request.level !== undefined) {
        throw new SyntaxError(
          `Cannot read command: one of ${LEVELS.join(', ')} must be given at most once: got ${quote(word)}`,
        );
      }
      request.level = word as SessionLevel;
    } else {
      filterWords.push(word, ...rest.splice(0, 1));
    }
  }
  if (filterWords.length > 0) request.filter = parseSessionFilter(filterWords);
  return request;
}

/**
 * Renders an operational command, piece by piece, so that a long list of sessions never stands in memory as one text.
 *
 * Of a cluster, give a view of each node: text then has a heading per node, XML and JSON an item per node.
 *
 * @param device The view, or the views of the nodes of a cluster.
 * @param request A request, or a command that {@link parseShow} reads.
 * @param format Form of the output.
 * @returns Pieces of the output; joined they end with a new line, unless there is nothing to show.
 * @throws {TypeError} If sessions of a view arrive one by one; use {@link renderShowAsync}.
 * @throws {RangeError} If the format is unknown, the FPC holds no SPU, the node is none of the views, or an iterable does
 * not give sessions in order.
 * @example
 * ```ts
 * import { resolveChassis } from '@midplane/chassis';
 * import { deviceViewOf, renderShow } from '@midplane/junos';
 * import assert from 'node:assert/strict';
 *
 * const device = deviceViewOf(resolveChassis({ cards: '0=SPC2,1=IOC2' }));
 * const lines = [...renderShow(device, 'show chassis fpc pic-status')].join('').split('\n');
 * assert.deepEqual(lines.slice(0, 2), ['Slot 0   Online       SRX5k SPC II', '  PIC 0  Online       SPU Cp']);
 * ```
 */
export function renderShow(
  device: DeviceView | readonly DeviceView[],
  request: ShowRequest | string,
  format: OutputFormat = 'text',
): Iterable<string> {
  const { parts, sink, devices } = prepare(device, request, format);
  return renderParts(parts, devices, sink);
}

/**
 * Renders an operational command as {@link renderShow} does, and waits for sessions that arrive one by one.
 *
 * @param device The view, or the views of the nodes of a cluster.
 * @param request A request, or a command that {@link parseShow} reads.
 * @param format Form of the output.
 * @returns Pieces of the output.
 * @throws {RangeError} If the format is unknown, the FPC holds no SPU, the node is none of the views, or an iterable does
 * not give sessions in order.
 * @example
 * ```ts
 * import { resolveChassis } from '@midplane/chassis';
 * import { deviceViewOf, renderShowAsync } from '@midplane/junos';
 * import assert from 'node:assert/strict';
 *
 * const device = deviceViewOf(resolveChassis({ cards: '0=SPC2,1=IOC2' }), {
 *   spu: () => ({ sessions: (async function* () {})() }),
 * });
 * let text = '';
 * for await (const piece of renderShowAsync(device, 'show security flow session')) text += piece;
 * assert.equal(text.match(/Total sessions: 0/g)?.length, 3);
 * ```
 */
export function renderShowAsync(
  device: DeviceView | readonly DeviceView[],
  request: ShowRequest | string,
  format: OutputFormat = 'text',
): AsyncIterable<string> {
  const { parts, sink, devices } = prepare(device, request, format);
  return renderPartsAsync(parts, devices, sink);
}

/**
 * Renders an operational command as one text; {@link renderShow} joined.
 *
 * @param device The view, or the views of the nodes of a cluster.
 * @param request A request, or a command that {@link parseShow} reads.
 * @param format Form of the output.
 * @returns The output.
 * @throws {TypeError} If sessions of a view arrive one by one; use {@link renderShowAsync}.
 * @throws {RangeError} If the format is unknown, the FPC holds no SPU, the node is none of the views, or an iterable does
 * not give sessions in order.
 * @example
 * ```ts
 * import { resolveChassis } from '@midplane/chassis';
 * import { deviceViewOf, show } from '@midplane/junos';
 * import assert from 'node:assert/strict';
 *
 * const device = deviceViewOf(resolveChassis());
 * assert.match(show(device, 'show security flow status'), /^ {4}Distribution mode: Hash-based$/m);
 * const json = JSON.parse(show(device, 'show security flow status', 'json'));
 * assert.equal(json['flow-status-all'][0]['flow-session-distribution'][0].mode[0].data, 'Hash-based');
 * ```
 */
export function show(
  device: DeviceView | readonly DeviceView[],
  request: ShowRequest | string,
  format: OutputFormat = 'text',
): string {
  let text = '';
  for (const piece of renderShow(device, request, format)) text += piece;
  return text;
}

interface Prepared {
  readonly parts: readonly Part<readonly DeviceView[]>[];
  readonly sink: Sink;
  readonly devices: readonly DeviceView[];
}

/** Everything that can be wrong is found here, before the first piece. */
function prepare(
  device: DeviceView | readonly DeviceView[],
  given: ShowRequest | string,
  format: OutputFormat,
): Prepared {
  const request = typeof given === 'string' ? parseShow(given) : given;
  const all: readonly DeviceView[] = Array.isArray(device) ? device : [device as DeviceView];
  const devices = request.node === undefined ? all : all.filter(({ node }) => node === request.node);
  if (devices.length === 0) {
    const nodes = all.map(({ node }) => (node === null ? 'none without a cluster' : `node${node}`)).join(', ');
    throw new RangeError(
      `Cannot render output: node must be one of the device (${nodes || 'no view was given'}): got ${request.node}`,
    );
  }
  const definition = COMMANDS.find(({ name }) => name === request.command);
  if (definition === undefined) {
    throw new RangeError(
      `Cannot render output: command must be one of ${COMMANDS.map(({ name }) => name).join('; ')}: got ${quote(String(request.command))}`,
    );
  }
  const parts = definition.parts(request, devices);
  const isCluster = devices.some(({ node }) => node !== null);
  const sink = createSink(format, devices[0].release, isCluster ? `{primary:node${devices[0].node ?? 0}}` : '');
  return { parts: isCluster ? perNode(parts) : ofFirst(parts), sink, devices };
}

/** Runs the parts of one device on the only one there is. */
function ofFirst(parts: readonly Part<DeviceView>[]): readonly Part<readonly DeviceView[]>[] {
  return parts.map((part): Part<readonly DeviceView[]> => {
    if (part.kind === 'words') return { ...part, text: ([device]) => part.text(device) };
    if (part.kind === 'leaf') return { ...part, value: ([device]) => part.value(device) };
    return { ...part, each: ([device]) => part.each(device) };
  });
}

/** Heading of a node: its name and 74 dashes, observed. */
const NODE_HEADING = `%s:\n${'-'.repeat(74)}\n`;

function perNode(parts: readonly Part<DeviceView>[]): readonly Part<readonly DeviceView[]>[] {
  return [
    group<readonly DeviceView[], readonly DeviceView[]>('multi-routing-engine-results', (devices) => [devices], [
      group<readonly DeviceView[], DeviceView>(
        'multi-routing-engine-item',
        (devices) => devices,
        [leaf('re-name', ({ node }) => `node${node ?? 0}`, NODE_HEADING), ...parts],
        { between: '\n' },
      ),
    ]),
  ];
}

/** Finds the command with most words that begin the given ones. */
function findDefinition(words: readonly string[]): CommandDefinition {
  let found: CommandDefinition | undefined;
  for (const definition of COMMANDS) {
    const own = definition.name.split(' ');
    if (own.length > (found?.name.split(' ').length ?? 0) && own.every((word, i) => word === words[i])) {
      found = definition;
    }
  }
  if (found !== undefined) return found;
  const names = COMMANDS.map(({ name }) => name).join('; ');
  throw new SyntaxError(`Cannot read command: it must begin with one of ${names}: got ${quote(words.join(' '))}`);
}

function readNumber(name: string, text: string | undefined, max: number): number {
  if (text === undefined || !/^\d+$/.test(text)) {
    const got = text === undefined ? 'nothing' : quote(text);
    throw new SyntaxError(`Cannot read command: ${name} must be followed by a number from 0 to ${max}: got ${got}`);
  }
  const number = Number(text);
  if (number > max) throw new RangeError(`Cannot read command: ${name} must be from 0 to ${max}: got ${text}`);
  return number;
}

/** Quotes a value for a message, cut to a length that stays one line. */
function quote(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}...` : text);
}
