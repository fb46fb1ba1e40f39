import { CaptureError } from '@midplane/capture';
import type { ResolvedChassis } from '@midplane/chassis';
import { createPipeline, type Pipeline, RecordsUntil, type Report } from '@midplane/pipeline';
import {
  deviceViewOfRun,
  pipelineOptionsOf,
  readScenarioTraffic,
  renderSessions,
  type Scenario,
  type SessionListQuery,
  selectSessions,
  sessionsJson,
} from '@midplane/scenario';
import { type Command, InvalidArgumentError } from 'commander';
import { CommandError } from '../command-error.ts';
import type { Output } from '../output.ts';
import { parseNumber } from '../parse-number.ts';
import { addPathOptions, type PathArguments } from '../path-options.ts';
import { withInputs } from '../scenario-inputs.ts';
import { scenarioOf } from '../scenario-of.ts';
import { tellWarnings } from '../tell-warnings.ts';

type Filter = NonNullable<SessionListQuery['filter']>;

interface SessionsArguments extends PathArguments, Filter {
  readonly at?: number;
  readonly summary?: boolean;
  readonly extensive?: boolean;
  readonly json?: boolean;
  readonly xml?: boolean;
}

/** What was played, and the moment that is looked at. */
interface Played {
  readonly chassis: ResolvedChassis;
  readonly pipeline: Pipeline;
  readonly report: Report;
  readonly atNs: number;
}

/** Options that are filters: the words of `show security flow session`. */
const FILTERS: readonly { readonly key: keyof Filter; readonly flags: string; readonly meaning: string }[] = [
  {
    key: 'sourcePrefix',
    flags: '--source-prefix <prefix>',
    meaning: 'with this source address, as 10.0.0.0/8 or 2001:db8::1',
  },
  { key: 'destinationPrefix', flags: '--destination-prefix <prefix>', meaning: 'with this destination address' },
  { key: 'sourcePort', flags: '--source-port <port>', meaning: 'with this source port' },
  { key: 'destinationPort', flags: '--destination-port <port>', meaning: 'with this destination port' },
  { key: 'protocol', flags: '--protocol <protocol>', meaning: 'of this protocol, as tcp or 47' },
  { key: 'family', flags: '--family <family>', meaning: 'of this family: inet or inet6' },
  { key: 'application', flags: '--application <name>', meaning: 'of this application, as junos-https or dns-udp' },
  { key: 'interface', flags: '--interface <name>', meaning: 'that come in or go out by this interface, as xe-7/0/0' },
  { key: 'sessionIdentifier', flags: '--session-identifier <id>', meaning: 'with this ID' },
];

/** Text that is written before the reader is waited for; much more of it costs twice the time in collections. */
const CHUNK_LENGTH = 1 << 16;
/** Latest moment: ticks of session tables are 32-bit seconds. */
const LAST_SECOND = 2 ** 31 - 2;

/** `midplane sessions`: the sessions at the end of a capture, or at another moment, as the box lists them. */
export function addSessionsCommand(program: Command, output: Output): void {
  const command = program
    .command('sessions')
    .description('list the sessions of a capture per SPU, as "show security flow session" does')
    .argument(
      '<capture>',
      'pcap, pcapng or snoop file, also gzip or zstd, or a scenario file (YAML, JSON); - reads standard input',
    );
  addPathOptions(command)
    .option('--at <seconds>', 'state at that time after the first packet (default: at the last packet)', parseSeconds)
    .option('--summary', 'count sessions by state instead of listing them')
    .option('--extensive', 'several lines per wing')
    .option('--json', 'print as JSON, one session per line')
    .option('--xml', 'print as "| display xml" does');
  for (const { flags, meaning } of FILTERS) command.option(flags, `only sessions ${meaning}`);
  command
    .addHelpText(
      'after',
      `
Filters look at the In wing, --interface at both; a session is listed when all of them hold.

Examples:
  midplane sessions capture.pcapng
  midplane sessions capture.pcapng --protocol tcp --destination-port 443
  midplane sessions capture.pcap --summary --at 60
  midplane sessions capture.pcap --source-prefix 10.0.0.0/8 --json | jq -r '.sessions[].flow'`,
    )
    .action((capture: string, options: SessionsArguments) => {
      const hash = command.getOptionValueSource('hash') === 'cli' ? options.hash : undefined;
      return sessions(capture, options, output, hash);
    });
}

async function sessions(path: string, options: SessionsArguments, output: Output, hash?: string): Promise<void> {
  const query = queryOf(options);
  const scenario = await scenarioOf(path, options, hash);
  tellWarnings(scenario, output);
  const played = await play(scenario, options, output);
  const { chassis, pipeline, report, atNs } = played;
  if (options.json) return writeAll(sessionsJson({ sessions: pipeline, report, atNs }, query), output);
  const device = deviceViewOfRun({ chassis, report, sessions: pipeline, atNs });
  await writeAll(renderSessions(device, query, options.xml ? 'xml' : 'text'), output);
}

/** Reads filters and level; all that is wrong with them is found before the capture is read. */
function queryOf(options: SessionsArguments): SessionListQuery {
  if (options.json && options.xml) {
    throw new CommandError('one-format', 'Cannot list sessions: one format must be chosen: got --json and --xml');
  }
  if (options.summary && options.extensive) {
    const rule = 'one level must be chosen: got --summary and --extensive';
    throw new CommandError('one-level', `Cannot list sessions: ${rule}`);
  }
  const filter: Filter = Object.fromEntries(FILTERS.map(({ key }) => [key, options[key]]));
  try {
    selectSessions({ sessions: () => [], sessionCounts: () => [] }, filter);
  } catch (error) {
    const { message } = error as Error;
    const named = message.replace('Cannot read filter: ', 'Cannot list sessions: --');
    throw new CommandError('malformed-filter', named, { cause: error });
  }
  return { filter, level: options.summary ? 'summary' : options.extensive ? 'extensive' : 'brief' };
}

/** Sends the packets down the path, up to `--at`; a corrupt capture gives the sessions at that place, and exit code 2. */
async function play(scenario: Scenario, options: SessionsArguments, output: Output): Promise<Played> {
  const made = pipelineOptionsOf(scenario);
  const pipeline = createPipeline(made);
  const until = options.at === undefined ? undefined : new RecordsUntil(options.at);
  const finish = (inputError?: string): Played => {
    const report = pipeline.finish(inputError);
    return { chassis: made.chassis, pipeline, report, atNs: options.at ?? report.input.durationNs };
  };
  return withInputs(scenario, { json: options.json ?? false }, output, async (reading) => {
    try {
      for await (const batch of readScenarioTraffic(scenario, reading)) {
        pipeline.offer(until?.take(batch) ?? batch);
        reading.onProgress(pipeline.offered);
        if (until?.reached) break;
      }
    } catch (error) {
      if (!(error instanceof CaptureError) || pipeline.offered === 0) throw error;
      return finish(error.message);
    }
    return finish();
  });
}

/** Writes pieces, and waits for the reader now and then: a long list never stands in memory. */
async function writeAll(pieces: Iterable<string>, output: Output): Promise<void> {
  let text = '';
  for (const piece of pieces) {
    text += piece;
    if (text.length < CHUNK_LENGTH) continue;
    output.write(text);
    text = '';
    await output.flush();
  }
  output.write(text);
}

/** Parses seconds such as `60` or `0.25`; returns whole nanoseconds. */
function parseSeconds(text: string): number {
  const seconds = parseNumber(text);
  if (seconds >= 0 && seconds <= LAST_SECOND) return Math.round(seconds * 1e9);
  throw new InvalidArgumentError(`It must be a number of seconds from 0 to ${LAST_SECOND}.`);
}
