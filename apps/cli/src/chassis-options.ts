import { type ChassisOptions, type DistributionMode, type ResolvedChassis, resolveChassis } from '@midplane/chassis';
import { FLOW_HASHES, type FlowHash } from '@midplane/hash';
import { type Command, InvalidArgumentError } from 'commander';
import { CommandError } from './command-error.ts';
import { nearestHint } from './nearest-hint.ts';
import { parseWhole } from './parse-number.ts';

/** Options of every command that needs a chassis. */
export interface ChassisArguments {
  readonly chassis?: string;
  readonly cards?: string;
  readonly release?: string;
  readonly tableLength?: number;
  readonly distribution?: string;
}

/** How sessions are spread, as `--distribution` calls it. */
const DISTRIBUTIONS: ReadonlyMap<string, DistributionMode> = new Map([
  ['hash', 'hash-based'],
  ['rr', 'rr-based'],
  ['wrr', 'wrr'],
  ['adaptive', 'adaptive'],
]);

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

function parseDistribution(text: string): string {
  if (DISTRIBUTIONS.has(text)) return text;
  throw new InvalidArgumentError('It must be hash, rr, wrr or adaptive.');
}

/** Adds the option that chooses the hash function. */
export function addHashOption(command: Command): Command {
  const names = [...FLOW_HASHES.keys()].join(', ');
  return command.option('--hash <function>', `session distribution hash: ${names}`, 'crc32c');
}

/** What the options say about a chassis, for `resolveChassis` and scenarios. */
export function chassisOptionsOf({
  chassis,
  cards,
  release,
  tableLength,
  distribution,
}: ChassisArguments): ChassisOptions & {
  readonly release?: string;
} {
  return {
    ...(chassis === undefined ? {} : { model: chassis }),
    ...(cards === undefined ? {} : { cards }),
    ...(release === undefined ? {} : { release }),
    ...(tableLength === undefined ? {} : { tableLength }),
    ...(distribution === undefined ? {} : { distributionMode: DISTRIBUTIONS.get(distribution)! }),
  };
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
