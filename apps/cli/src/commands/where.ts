import type { ResolvedChassis } from '@midplane/chassis';
import { parseFlow } from '@midplane/flow';
import { renderWhereJson, renderWhereText, type Where, where } from '@midplane/pipeline';
import type { Command } from 'commander';
import { addChassisOptions, addHashOption, type ChassisArguments, chassisOf, hashOf } from '../chassis-options.ts';
import { CommandError } from '../command-error.ts';
import type { Output } from '../output.ts';

interface WhereArguments extends ChassisArguments {
  readonly hash: string;
  readonly fragment?: boolean;
  readonly json?: boolean;
}

/** `midplane where`: the steps from a flow to its SPU. */
export function addWhereCommand(program: Command, output: Output): void {
  const command = program
    .command('where')
    .description('show, step by step, which SPU a flow lands on, and what would change it')
    .argument(
      '<flow...>',
      "in quotes, as '192.0.2.1:1234 > 198.51.100.2:443/tcp' or '192.0.2.1 > 192.0.2.2/icmp id=7'; without them the shell takes the > for itself",
    );
  addHashOption(addChassisOptions(command))
    .option('--fragment', 'the packet is a fragment: no ports are hashed')
    .option('--json', 'print the steps as JSON')
    .addHelpText(
      'after',
      `
Examples:
  midplane where '192.0.2.1:1234 > 198.51.100.2:443/tcp'
  midplane where '[2001:db8::1]:53 > [2001:db8::2]:53/udp' --hash toeplitz
  midplane where '192.0.2.1 > 198.51.100.2/esp spi=0x1234' --cards 0=SPC3,1=SPC3,2=IOC3 --release 18.2R1`,
    )
    .action((words: string[], options: WhereArguments) => {
      const answer = answerOf(readFlow(words), chassisOf(options), options);
      if (options.json) output.write(renderWhereJson(answer));
      else output.write(renderWhereText(answer, output.style && { style: output.style }));
    });
}

/** Asks the model; it refuses a chassis on which the flow does not decide. */
function answerOf(flow: Int32Array, chassis: ResolvedChassis, options: WhereArguments): Where {
  const { hash, fragment = false } = options;
  const asked = { chassis, hash: hashOf(hash), fragment };
  try {
    return where(flow, 0, asked);
  } catch (error) {
    if (chassis.distributionMode === 'hash-based') throw error;
    throw new CommandError('unsupported-release', (error as Error).message, { cause: error });
  }
}

/** Reads the flow; several words are one flow whose blanks were not quoted. */
function readFlow(words: readonly string[]): Int32Array {
  const text = words.join(' ');
  try {
    return parseFlow(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new CommandError('malformed-flow', `${error.message}${flowHint(text, error.message)}`, { cause: error });
  }
}

/** What a person who typed this probably wants to know. */
function flowHint(text: string, message: string): string {
  if (!text.includes('>')) {
    const [source, destination, ...rest] = text.trim().split(/\s+/);
    const meant = [`${source} > ${destination}`, ...rest].join(' ');
    if (isFlow(meant)) return ` (did you mean '${meant}', in quotes?)`;
    return " (a flow is written in quotes, as '192.0.2.1:1234 > 198.51.100.2:443/tcp')";
  }
  const unbracketed = !text.includes('[') && /:[^>]*:/.test(text);
  return message.includes('must have a port') && unbracketed
    ? ' (IPv6 with a port stands in brackets, as [2001:db8::1]:53)'
    : '';
}

function isFlow(text: string): boolean {
  try {
    parseFlow(text);
    return true;
  } catch {
    return false;
  }
}
