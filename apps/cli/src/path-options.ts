import { chassisOptionsOf } from '@midplane/chassis';
import { compileInterfaces, ORDERING_MODES, type OrderingMode } from '@midplane/pipeline';
import type { Scenario, ScenarioHash } from '@midplane/scenario';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { addChassisOptions, addHashOption, type ChassisArguments, hashOf } from './chassis-options.ts';
import { readConfiguration } from './read-configuration.ts';

/** Options of every command that sends packets down the path. */
export interface PathArguments extends ChassisArguments {
  readonly hash: string;
  readonly asymmetric?: boolean;
  readonly ordering?: OrderingMode;
  readonly side?: Readonly<Record<string, string>>;
  readonly configuration?: string;
}

/** Adds the options that say what the path is. */
export function addPathOptions(command: Command): Command {
  return addHashOption(addChassisOptions(command))
    .option('--asymmetric', 'hash both directions of a flow as they stand: replies may reach another SPU')
    .addOption(
      new Option(
        '--ordering <mode>',
        'how packets are kept in order, and measure the order: hardware, software or, for comparison, none',
      ).choices(ORDERING_MODES),
    )
    .option(
      '--side <side=interface>',
      'interface behind which a prefix lies, as 10.0.0.0/8=xe-7/0/0, or an end of conversations: initiator, responder; give it once per side',
      addSide,
    )
    .option('--configuration <file>', 'Junos configuration of the device, curly or set lines');
}

/** What the options change in a scenario; the hash only if it was given. */
export function withPathOptions(scenario: Scenario, options: PathArguments, hash: string | undefined): Scenario {
  const chassis = chassisOptionsOf(options);
  const { side, asymmetric, ordering, configuration } = options;
  if (hash !== undefined) hashOf(hash);
  return {
    ...scenario,
    ...(Object.keys(chassis).length > 0 && { chassis: { ...scenario.chassis, ...chassis } }),
    ...(hash !== undefined && { hash: hash as ScenarioHash }),
    ...(asymmetric && { symmetric: false }),
    ...(ordering !== undefined && { ordering: { ...scenario.ordering, mode: ordering, measure: true } }),
    ...((side !== undefined || configuration !== undefined) && {
      configuration: {
        ...scenario.configuration,
        ...(configuration !== undefined && { junos: readConfiguration(configuration) }),
        ...(side !== undefined && { sides: { ...scenario.configuration?.sides, ...side } }),
      },
    }),
  };
}

function addSide(text: string, before: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
  const [, side, name] = /^([^=]+)=([^=]+)$/.exec(text) ?? [];
  if (side === undefined || name === undefined) {
    throw new InvalidArgumentError(
      'It must be a prefix, initiator or responder, and an interface, as 10.0.0.0/8=xe-7/0/0.',
    );
  }
  if (Object.hasOwn(before, side)) throw new InvalidArgumentError('It must name each side once.');
  try {
    const other = { initiator: 'responder', responder: 'initiator' }[side];
    compileInterfaces({ sides: { [side]: name, ...(other !== undefined && { [other]: name }) } });
  } catch (error) {
    const [, must = ''] = / must (.*): got .*$/s.exec((error as Error).message) ?? [];
    const ends = must.startsWith('be a prefix') ? '; or initiator, responder' : '';
    throw new InvalidArgumentError(`It must ${must}${ends}.`);
  }
  return { ...before, [side]: name };
}
