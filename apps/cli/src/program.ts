import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { CommandError, codeOf, EXIT_BAD_INPUT } from './command-error.ts';
import { addChassisCommand } from './commands/chassis.ts';
import { addInspectCommand } from './commands/inspect.ts';
import { addRunCommand } from './commands/run.ts';
import { addTrafficCommand } from './commands/traffic.ts';
import { addWhereCommand } from './commands/where.ts';
import { type Output, standardOutput } from './output.ts';

/**
 * Runs the command line.
 *
 * @param args Arguments after the program's name.
 * @param output Where text goes; default standard output and standard error.
 * @returns Exit code: 0 done, 1 fault of the program, 2 bad input or arguments.
 */
export async function runCommandLine(args: readonly string[], output: Output = standardOutput()): Promise<number> {
  const program = createProgram(output);
  try {
    await program.parseAsync([...args], { from: 'user' });
    await output.flush();
    return output.exitCode;
  } catch (error) {
    if (error instanceof CommanderError) {
      if (error.exitCode === 0) return 0;
      return report(
        output,
        args,
        `usage-${error.code.replace('commander.', '')}`,
        error.message.replace(/^error: /, ''),
      );
    }
    const { code: systemCode } = error as NodeJS.ErrnoException;
    if (systemCode === 'EPIPE') return 0; // the reader has seen enough, as in `midplane run x | head`
    const code = codeOf(error);
    if (code === undefined) throw error;
    return report(output, args, code, (error as Error).message);
  }
}

/** Writes an error as one sentence, or as JSON where JSON was asked for. */
function report(output: Output, args: readonly string[], code: string, message: string): number {
  if (args.includes('--json')) output.error(`${JSON.stringify({ error: { code, message } })}\n`);
  else output.error(`midplane: ${message} [${code}]\n`);
  return EXIT_BAD_INPUT;
}

function createProgram(output: Output): Command {
  const program = new Command('midplane')
    .description(
      'A model of the SRX5000 line: which services processing unit (SPU) gets each flow of a capture, and how even that is.',
    )
    .version(version(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .helpCommand('help [command]', 'print help of a command')
    .showSuggestionAfterError()
    .addHelpText(
      'after',
      `
Examples:
  midplane run capture.pcapng
  midplane run capture.pcap --cards 1=SPC3,2=SPC3,7=IOC2 --release 18.2R1
  midplane where '192.0.2.1:1234 > 198.51.100.2:443/tcp'
  midplane inspect capture.pcap --json
  midplane traffic --shape small --packets 100000 -o small.pcap

midplane is a model built from public documentation, not a product of the vendor of the modelled machine.`,
    );
  for (const add of [addRunCommand, addWhereCommand, addInspectCommand, addChassisCommand, addTrafficCommand]) {
    add(program, output);
  }
  for (const command of [program, ...program.commands]) {
    command.exitOverride().configureOutput({
      writeOut: (text) => output.write(text),
      writeErr: () => {}, // the message comes with the thrown error and is written once
      outputError: () => {},
    });
  }
  program.action(() => {
    throw new CommandError('usage-no-command', 'Cannot run: a command must be named, see midplane --help: got none');
  });
  return program;
}

function version(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
