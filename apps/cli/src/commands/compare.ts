import { DISTRIBUTION_NAMES, type DistributionName } from '@midplane/chassis';
import type { Scenario } from '@midplane/scenario';
import { type Command, Option } from 'commander';
import { hashOf } from '../chassis-options.ts';
import { CommandError } from '../command-error.ts';
import type { Output } from '../output.ts';
import { parseWhole } from '../parse-number.ts';
import { addPathOptions, type PathArguments } from '../path-options.ts';
import { withInputs } from '../scenario-inputs.ts';
import { checkChanged, scenarioOf } from '../scenario-of.ts';
import { checkStandardInput, oneStandardInput, readsStandardInput } from '../standard-input.ts';

interface CompareArguments extends PathArguments {
  readonly toChassis?: string;
  readonly toCards?: string;
  readonly toRelease?: string;
  readonly toTableLength?: number;
  readonly toDistribution?: DistributionName;
  readonly toHash?: string;
  readonly json?: boolean;
}

/** `midplane compare`: two chassis with the same traffic, side by side. */
export function addCompareCommand(program: Command, output: Output): void {
  const command = program
    .command('compare')
    .description(
      'set two chassis with the same traffic side by side: load, headroom, what moves, what the change costs',
    )
    .argument('<before>', 'capture or scenario file; - reads standard input')
    .argument('[after]', 'another one; without it, the same with what the --to options change');
  addPathOptions(command)
    .option('--to-chassis <model>', 'after: srx5400, srx5600 or srx5800')
    .option('--to-cards <slots>', 'after: all cards by slot, as 1-3=SPC2,7=IOC2')
    .option('--to-release <release>', 'after: Junos release')
    .option('--to-table-length <rows>', 'after: rows of the session distribution hash table', parseWhole)
    .addOption(
      new Option('--to-distribution <mode>', 'after: who chooses the SPU of a session').choices(
        Object.keys(DISTRIBUTION_NAMES),
      ),
    )
    .option('--to-hash <function>', 'after: session distribution hash')
    .option('--json', 'print the comparison as JSON')
    .addHelpText(
      'after',
      `
Examples:
  midplane compare office.pcapng --to-cards 1-3=SPC2,7=IOC2
  midplane compare office.pcapng --cards 1=SPC2,7=IOC2 --to-cards 1=SPC3,7=IOC2 --to-release 18.2R1
  midplane compare before.yaml after.yaml --json | jq '.after.headroom.first'

Options without --to say what both sides are; those with --to change the side after.`,
    )
    .action(async (path: string, other: string | undefined, options: CompareArguments) => {
      const hash = command.getOptionValueSource('hash') === 'cli' ? options.hash : undefined;
      checkStandardInput(other === undefined ? [path] : [path, other]);
      const before = await scenarioOf(path, options, hash);
      const { changeScenario, describeChange, scenarioChangeOf } = await import('../what-if.ts');
      if (options.toHash !== undefined) hashOf(options.toHash);
      const change = scenarioChangeOf(options);
      const changed = Object.keys(change).length > 0;
      if (other === undefined && !changed) {
        const rule = 'a second capture or scenario, or an option such as --to-cards, must be given';
        throw new CommandError('nothing-to-compare', `Cannot compare: ${rule}: got neither`);
      }
      const second = other === undefined ? before : await scenarioOf(other, options, hash);
      if (other !== undefined) checkReaders([path, before], [other, second]);
      const after = changeScenario(second, change);
      checkChanged(after, options.toTableLength !== undefined || options.tableLength !== undefined);
      const names = [
        path,
        [...(other === undefined ? [] : [other]), ...(changed ? [describeChange(change)] : [])].join(' '),
      ] as const;
      await compare([before, after], names, options.json ?? false, output);
    });
}

/** Checks that standard input is read once: for one side, or for both where they have the same traffic. */
function checkReaders(...[[path, before], [other, after]]: readonly (readonly [string, Scenario])[]): void {
  if (!readsStandardInput(path, before) || !readsStandardInput(other, after) || isSameTraffic(before, after)) return;
  const rule = 'standard input must be read for one side, or for both as the same traffic, as it can be read once';
  throw oneStandardInput(`Cannot compare: ${rule}: got it for ${path} and for ${other}`);
}

function isSameTraffic(before: Scenario, after: Scenario): boolean {
  return JSON.stringify(before.traffic) === JSON.stringify(after.traffic);
}

async function compare(
  [before, after]: readonly [Scenario, Scenario],
  names: readonly [string, string],
  json: boolean,
  output: Output,
): Promise<void> {
  const { compareScenarios, renderComparison } = await import('../what-if.ts');
  const isSame = isSameTraffic(before, after);
  const both = isSame ? before : { ...before, traffic: [...before.traffic, ...after.traffic] };
  const comparison = await withInputs(both, { json }, output, (reading) =>
    compareScenarios(before, after, { names, ...reading }),
  );
  output.write(
    json
      ? `${JSON.stringify(comparison, null, 2)}\n`
      : renderComparison(comparison, { ...(output.style && { style: output.style }) }),
  );
}
