import {
  CARDS,
  CHASSIS_MODELS,
  chassisOptionsOf,
  FIDELITY_MARKS,
  type FidelityMark,
  type ResolvedChassis,
  type ResolvedCluster,
  resolveCluster,
} from '@midplane/chassis';
import { formatAssumption, formatCount, renderTable } from '@midplane/pipeline';
import { buildDistributionTable, countRows } from '@midplane/weights';
import type { Command } from 'commander';
import { addChassisOptions, type ChassisArguments, chassisOf } from '../chassis-options.ts';
import { CommandError } from '../command-error.ts';
import type { Output } from '../output.ts';

interface ChassisCommandArguments extends ChassisArguments {
  readonly catalogue?: boolean;
  readonly clusterWith?: string;
  readonly json?: boolean;
}

/** `midplane chassis`: the resolved chassis, and the catalogue. */
export function addChassisCommand(program: Command, output: Output): void {
  const command = program
    .command('chassis')
    .description('show slots, PICs, SPU IDs, weights and central point of a chassis, or the catalogue of cards');
  addChassisOptions(command)
    .option('--catalogue', 'list models and cards, every figure with its fidelity mark')
    .option('--cluster-with <slots>', 'cards of a second chassis in a cluster; "same" stands for the same ones')
    .option('--json', 'print as JSON')
    .addHelpText(
      'after',
      `
Marks: D documented by the vendor, O observed on devices, I inferred,
A assumed by this model.

Examples:
  midplane chassis
  midplane chassis --catalogue
  midplane chassis --cards 1=SPC2,7=IOC2 --cluster-with same
  midplane chassis --chassis srx5600 --cards 0=SPC3,1=SPC2,5=IOC3 --release 18.2R1 --json`,
    )
    .action((options: ChassisCommandArguments) => {
      if (options.catalogue) checkAlone(options);
      if (options.clusterWith !== undefined) {
        const cluster = clusterOf(options, options.clusterWith);
        output.write(options.json ? json(cluster) : renderCluster(cluster, output));
      } else if (options.catalogue)
        output.write(options.json ? json({ models: CHASSIS_MODELS, cards: CARDS }) : catalogue());
      else output.write(options.json ? json(chassisOf(options)) : render(chassisOf(options), output));
    });
}

/** Refuses a catalogue of a chassis: it lists everything there is. */
function checkAlone({ catalogue: _, json: __, ...others }: ChassisCommandArguments): void {
  const [name] = Object.keys(others);
  if (name === undefined) return;
  const option = `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  const rule = '--catalogue must stand alone or with --json, as it lists all models and cards';
  throw new CommandError('usage-conflict', `Cannot read command line: ${rule}: got ${option}`);
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

function render(chassis: ResolvedChassis, output: Output): string {
  const heading = output.style?.heading ?? ((text: string) => text);
  const { centralPoint } = chassis;
  const rows = new Map(
    countRows(buildDistributionTable(chassis.spus, chassis.tableLength)).map((each) => [
      each.spuId as number,
      each.rows,
    ]),
  );
  const slots = chassis.slots.map(({ slot, card, model, description }) => [
    String(slot),
    card ?? 'empty',
    model ?? '',
    description ?? '',
  ]);
  const spus = chassis.spus.map((spu) => [
    String(spu.spuId),
    spu.name,
    spu.card,
    spu.description,
    formatCount(spu.maxSessions),
    formatCount(spu.maxDcpSessions),
    formatCount(spu.weight),
    formatCount(rows.get(spu.spuId) ?? 0),
  ]);
  return `${[
    heading(`Chassis ${chassis.model}, release ${chassis.release}`),
    `${chassis.regime} regime, ${chassis.distributionMode}, ${formatCount(chassis.tableLength)} rows, ${formatCount(chassis.maxSessions)} sessions`,
    `central point: SPU ${centralPoint.spuId} (FPC ${centralPoint.fpc} PIC ${centralPoint.pic}), ${centralPoint.mode}${centralPoint.distributed ? ', work distributed over all SPUs' : ''}`,
    '',
    heading('Slots'),
    ...renderTable([right('FPC'), left('card'), left('model'), left('description')], slots),
    '',
    heading('SPUs'),
    ...renderTable(
      [
        right('SPU'),
        left('name'),
        left('card'),
        left('description'),
        right('sessions'),
        right('DCP sessions'),
        right('weight'),
        right('rows'),
      ],
      spus,
    ),
    '',
    ...notes([chassis], heading),
  ].join('\n')}\n`;
}

/** Warnings and what is assumed, each once; what is not of all nodes has the name of its node before it. */
function notes(nodes: readonly ResolvedChassis[], heading: (text: string) => string): string[] {
  const warnings = oncePerText(nodes.map((node) => node.warnings.map(({ message }) => message)));
  const assumptions = oncePerText(
    nodes.map((node) => node.assumptions.map((each) => `${formatAssumption(each)} (${each.why})`)),
  );
  return [
    ...warnings.map((message) => `Warning: ${message}`),
    ...(assumptions.length > 0 ? [heading('Assumed, since nothing is published about it')] : []),
    ...assumptions,
  ];
}

function oncePerText(lists: readonly (readonly string[])[]): string[] {
  return [...new Set(lists.flat())].flatMap((text) => {
    const nodes = lists.flatMap((list, node) => (list.includes(text) ? [node] : []));
    return nodes.length === lists.length ? [text] : nodes.map((node) => `node${node}: ${text}`);
  });
}

/** The cluster of a chassis and a second one. */
function clusterOf(options: ChassisArguments, cards: string): ResolvedCluster {
  const one = chassisOptionsOf(options);
  return resolveCluster(one, cards === 'same' ? one : { ...one, cards });
}

/** How cards and SPUs of both nodes are numbered; each node shows its own sessions only. */
function renderCluster({ model, nodes, fpcOffset, spuIdOffset }: ResolvedCluster, output: Output): string {
  const heading = output.style?.heading ?? ((text: string) => text);
  const rows = nodes.flatMap((chassis, node) =>
    chassis.spus.map((spu) => [
      `node${node}`,
      String(node * fpcOffset + spu.fpc),
      String(spu.pic),
      String(node * spuIdOffset + spu.spuId),
      spu.card,
      spu.description,
    ]),
  );
  const interfaces = nodes.flatMap((chassis, node) =>
    chassis.iocs.map(({ slot, card }) => [`node${node}`, String(slot), `xe-${node * fpcOffset + slot}/0/0`, card]),
  );
  return `${[
    heading(`Cluster of two ${model}: FPC slot = ${fpcOffset} x node + slot`),
    ...renderTable([left('node'), right('FPC'), right('PIC'), right('SPU'), left('card'), left('description')], rows),
    '',
    heading('I/O cards'),
    ...renderTable([left('node'), right('slot'), left('interfaces such as'), left('card')], interfaces),
    '',
    'Output of a node is its own. Sessions do not fail over: that is not modelled.',
    '',
    ...notes(nodes, heading),
  ].join('\n')}\n`;
}

/** A figure with its mark behind it: `4 D`. */
function marked({ value, mark }: { readonly value: unknown; readonly mark: FidelityMark }): string {
  return `${typeof value === 'number' ? formatCount(value) : (value ?? '-')} ${mark}`;
}

function catalogue(): string {
  const models = CHASSIS_MODELS.map((model) => [model.name, marked(model.slots), marked(model.sysObjectId)]);
  const cards = CARDS.map((card) => [
    card.type,
    marked(card.model),
    marked(card.description),
    card.kind === 'spc' ? marked(card.pics) : '',
    card.kind === 'spc' ? marked(card.sessionsPerSpu) : '',
    marked(card.firstRelease),
  ]);
  const marks = Object.entries(FIDELITY_MARKS).map(([mark, meaning]) => `${mark} ${meaning}`);
  return `${[
    ...renderTable([left('model'), right('FPC slots'), left('sysObjectID')], models),
    '',
    ...renderTable(
      [
        left('card'),
        left('model'),
        left('description'),
        right('SPUs'),
        right('sessions per SPU'),
        left('from release'),
      ],
      cards,
    ),
    '',
    `Marks: ${marks.join(', ')}`,
  ].join('\n')}\n`;
}

function left(title: string) {
  return { title, align: 'left' } as const;
}

function right(title: string) {
  return { title, align: 'right' } as const;
}
