import type { Command, CommanderError } from 'commander';
import { CommandError } from './command-error.ts';
import { nearestHint } from './nearest-hint.ts';

/** Says what is wrong with a command line in the words of all other errors: what would be accepted, what was given. */
export function usageError(error: CommanderError, program: Command, args: readonly string[]): CommandError {
  const command = program.commands.find((each) => each.name() === args[0]) ?? program;
  const quoted = /'([^']*)'/.exec(error.message)?.[1] ?? '';
  switch (error.code) {
    case 'commander.help':
      if (args[0] === 'help' && args[1] !== undefined) return unknownCommand(program, args[1]);
      return usage('no-command', `command must be one of ${commandNames(program).join(', ')}: got none`);
    case 'commander.unknownCommand':
      return unknownCommand(program, quoted);
    case 'commander.unknownOption':
      return unknownOption(command, quoted);
    case 'commander.missingArgument':
      return usage('missing-argument', `arguments must be as in "${synopsis(command)}": got none`);
    case 'commander.excessArguments': {
      const got = command.args.map((arg) => JSON.stringify(arg)).join(' ');
      return usage('excess-arguments', `arguments must be as in "${synopsis(command)}": got ${got}`);
    }
    case 'commander.optionMissingArgument':
      return usage('missing-value', `option must be followed by its value, as in "${quoted}": got none`);
    case 'commander.missingMandatoryOptionValue':
      return usage('missing-option', `option "${quoted}" must be given: got none`);
    case 'commander.invalidArgument':
      return invalidValue(error.message);
    default:
      return usage('other', `arguments must be as in "midplane --help": got an error, ${error.message}`);
  }
}

function usage(code: string, rule: string): CommandError {
  return new CommandError(`usage-${code}`, `Cannot read command line: ${rule}`);
}

function commandNames(program: Command): string[] {
  return [...program.commands.map((command) => command.name()), 'help'];
}

function synopsis(command: Command): string {
  return command.parent ? `${command.parent.name()} ${command.name()} ${command.usage()}` : command.name();
}

function unknownCommand(program: Command, got: string): CommandError {
  const names = commandNames(program);
  return usage(
    'unknown-command',
    `command must be one of ${names.join(', ')}: got ${JSON.stringify(got)}${nearestHint(got, names)}`,
  );
}

function unknownOption(command: Command, got: string): CommandError {
  const names = command
    .createHelp()
    .visibleOptions(command)
    .map((option) => option.long ?? option.short ?? '');
  const isArrow = command.name() === 'where' && /^-+>/.test(got);
  const hint = isArrow ? ' (the flow must be one argument, in quotes)' : nearestHint(got, names);
  const owner = command.parent ? `option of ${command.name()}` : 'option';
  return usage('unknown-option', `${owner} must be one of ${names.join(', ')}: got ${JSON.stringify(got)}${hint}`);
}

/** `option '--top <n>' argument 'x' is invalid. It must be ...` and `... Allowed choices are ...`. */
function invalidValue(message: string): CommandError {
  const match = /option '(.*?)' argument '(.*)' is invalid\. (?:It (must .*)|Allowed choices are (.*))\.$/s.exec(
    message,
  );
  if (match === null) return usage('invalid-value', `value must be as in --help: got an error, ${message}`);
  const [, flags, value, rule, choices] = match;
  const name = flags.split(/[ ,]+/).find((flag) => flag.startsWith('--')) ?? flags;
  const hint = choices === undefined ? '' : nearestHint(value, choices.split(', '));
  return usage('invalid-value', `${name} ${rule ?? `must be one of ${choices}`}: got ${JSON.stringify(value)}${hint}`);
}
