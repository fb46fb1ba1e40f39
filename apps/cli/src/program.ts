import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { describeError, EXIT_BAD_INPUT } from './command-error.ts';
import { type Output, standardOutput, writeProblem } from './output.ts';
import { usageError } from './usage-error.ts';

/**
 * Runs the command line.
 *
 * @param args Arguments after the program's name.
 * @param output Where text goes; default standard output and standard error.
 * @returns Exit code: 0 done, 1 fault of the program, 2 bad input or arguments.
 */
export async function runCommandLine(args: readonly string[], output: Output = standardOutput()): Promise<number> {
  const program = await createProgram(args[0] ?? '', output);
  const json = args.includes('--json');
  try {
    await program.parseAsync([...args], { from: 'user' });
    await output.flush();
    return output.exitCode;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0; // --help, --version
    const problem = problemOf(error, program, args);
    if (problem === 'closed') return 0; // the reader has seen enough, as in `midplane traffic -o - | head`
    if (problem === undefined) throw error;
    writeProblem(output, json, problem);
    return EXIT_BAD_INPUT;
  }
}

function problemOf(
  error: unknown,
  program: Command,
  args: readonly string[],
): { code: string; message: string } | 'closed' | undefined {
  if (error instanceof CommanderError) return usageError(error, program, args);
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (code === 'EPIPE') return 'closed';
  if (syscall === 'write') {
    return { code: 'write-failed', message: `Cannot write output: it must be writable: got ${code}` };
  }
  return describeError(error);
}

type AddCommand = (program: Command, output: Output) => void;

/** What adds each command, in the order of the help. */
const COMMANDS: Readonly<Record<string, () => Promise<AddCommand>>> = {
  run: async () => (await import('./commands/run.ts')).addRunCommand,
  sessions: async () => (await import('./commands/sessions.ts')).addSessionsCommand,
  where: async () => (await import('./commands/where.ts')).addWhereCommand,
  explain: async () => (await import('./commands/explain.ts')).addExplainCommand,
  compare: async () => (await import('./commands/compare.ts')).addCompareCommand,
  plan: async () => (await import('./commands/plan.ts')).addPlanCommand,
  inspect: async () => (await import('./commands/inspect.ts')).addInspectCommand,
  ordering: async () => (await import('./commands/ordering.ts')).addOrderingCommand,
  chassis: async () => (await import('./commands/chassis.ts')).addChassisCommand,
  shell: async () => (await import('./commands/shell.ts')).addShellCommand,
  diagnose: async () => (await import('./commands/diagnose.ts')).addDiagnoseCommand,
  traffic: async () => (await import('./commands/traffic.ts')).addTrafficCommand,
  serve: async () => (await import('./commands/serve.ts')).addServeCommand,
};

/** The program; of a command line that begins with the name of a command, no other command is loaded. */
async function createProgram(first: string, output: Output): Promise<Command> {
  const program = new Command('midplane')
    .description(
      'A model of the SRX5000 line: which services processing unit (SPU) gets each flow of a capture, and how even that is.',
    )
    .version(version(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .helpCommand('help [command]', 'print help of a command')
    .showSuggestionAfterError(false) // usageError suggests
    .addHelpText(
      'after',
      `
Examples:
  midplane run capture.pcapng
  midplane run capture.pcap --cards 1=SPC3,2=SPC3,7=IOC2 --release 18.2R1
  midplane where '192.0.2.1:1234 > 198.51.100.2:443/tcp'
  midplane inspect capture.pcap --json
  midplane traffic --shape small --packets 100000 -o small.pcap

Exit codes:
  0  done
  2  bad input or arguments: one sentence on standard error, with --json as JSON
  1  a fault of midplane

midplane is a model built from public documentation, not a product of the vendor
of the modelled machine.`,
    );
  const isVersion = first === '-V' || first === '--version';
  const wanted = Object.hasOwn(COMMANDS, first) ? [COMMANDS[first]] : isVersion ? [] : Object.values(COMMANDS);
  for (const load of wanted) (await load())(program, output);
  for (const command of [program, ...program.commands]) {
    command.exitOverride().configureOutput({
      writeOut: (text) => output.write(text),
      writeErr: () => {}, // the message comes with the thrown error and is written once
      outputError: () => {},
    });
  }
  return program;
}

function version(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
