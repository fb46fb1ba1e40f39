import {
  chassisOptionsOf,
  DISTRIBUTION_NAMES,
  type DistributionName,
  type NamedChassis,
  type ResolvedChassis,
  resolveChassis,
} from '@midplane/chassis';
import { FLOW_HASHES, type FlowHash } from '@midplane/hash';
import { type Command, InvalidArgumentError } from 'commander';
import { CommandError } from './command-error.ts';
import { nearestHint } from './nearest-hint.ts';
import { parseWhole } from './parse-number.ts';

/** Options of every command that needs a chassis. */
export type ChassisArguments = NamedChassis;

/** Adds the options that choose a chassis. */
export function addChassisOptions(command: Command): Command {
  return command
    .option('--chassis <model>', 'srx5400, srx5600 or srx5800 (default: srx5800)')
    .option(
      '--cards <slots>',
      'cards by slot, as 1=SPC2,2=SPC2,7=IOC2 (default: two SPC2 and an IOC2); "midplane chassis --catalogue" lists them',
    )
    .option('--release <release>', 'Junos release, as 17.4R1 or 15.1X49-D30 (default: 17.4R1)')
    .option('--table-length <rows>', 'rows of the session distribution hash table (default: by release)', parseWhole)
    .option(
      '--distribution <mode>',
      'who chooses the SPU of a session: hash, or the central point by rr, wrr or adaptive (default: by release and cards)',
      parseDistribution,
    );
}

function parseDistribution(text: string): DistributionName {
  if (Object.hasOwn(DISTRIBUTION_NAMES, text)) return text as DistributionName;
  throw new InvalidArgumentError('It must be hash, rr, wrr or adaptive.');
}

/** Adds the option that chooses the hash function. */
export function addHashOption(command: Command): Command {
  const names = [...FLOW_HASHES.keys()].join(', ');
  return command.option('--hash <function>', `session distribution hash: ${names}`, 'crc32c');
}

/** Resolves the chassis that the options name; throws a ChassisError with the rule that is broken. */
export function chassisOf(options: ChassisArguments): ResolvedChassis {
  return resolveChassis(chassisOptionsOf(options));
}

/** Finds the hash function that `--hash` names. */
export function hashOf(name: string): FlowHash {
  const hash = FLOW_HASHES.get(name);
  if (hash !== undefined) return hash;
  const names = [...FLOW_HASHES.keys()];
  throw new CommandError(
    'unknown-hash',
    `Cannot find hash function: --hash must be one of ${names.join(', ')}: got ${JSON.stringify(name)}${nearestHint(name, names)}`,
  );
}
