import type { SpcType } from '@midplane/chassis';
import { protocolName } from '@midplane/flow';
import { WRR_WEIGHTS } from '@midplane/weights';
import { PARAMETERS, type ParameterValues } from '../parameters.ts';
import { LISTS } from '../spu/spu-ordering.ts';
import type { SpuSpeed } from '../spu/spu-speed.ts';
import type { ReportAssumption } from './assumption.ts';
import type { ReportSources } from './build-report.ts';

/** Figures of the chassis and of the path that rest on nothing published. */
export function reportAssumptions(sources: ReportSources): ReportAssumption[] {
  const { chassis, chassisState, hash, values, symmetric, configuration, spus, speeds } = sources;
  const parameters = (Object.keys(PARAMETERS) as (keyof ParameterValues)[])
    .filter((name) => PARAMETERS[name].mark === 'A' || values[name] !== PARAMETERS[name].value)
    .map((name) => {
      const { unit, mark, meaning } = PARAMETERS[name];
      return { parameter: name, value: values[name], unit, mark, why: meaning };
    });
  return [
    {
      parameter: 'hash',
      value: hash.name,
      mark: 'A',
      why: 'the vendor publishes no session distribution hash function',
    },
    symmetric
      ? {
          parameter: 'symmetric',
          value: 'on',
          mark: 'I',
          why: 'both wings of a session live on one SPU, so both hash alike',
        }
      : { parameter: 'symmetric', value: 'off', mark: 'A', why: 'nothing says that both directions hash alike' },
    ...(configuration?.flow.synCheck
      ? []
      : [{ parameter: 'synCheck', value: 'off', mark: 'A', why: 'a capture may begin inside TCP sessions' } as const]),
    ...(configuration?.forwarding.inet6 === 'drop'
      ? []
      : [
          {
            parameter: 'inet6',
            value: 'flow based',
            mark: 'A',
            why: 'a device without configuration drops IPv6',
          } as const,
        ]),
    ...speedAssumptions(
      spus.map(({ spec }) => spec.card),
      speeds,
    ),
    ...weightAssumptions(sources),
    ...orderingAssumptions(sources),
    ...egressAssumptions(sources),
    ...[...chassis.assumptions, ...(chassisState?.assumptions ?? [])].map((each) => ({ ...each, mark: 'A' as const })),
    ...parameters,
  ];
}

/** Weights by type of SPU: those of weighted round robin, and with which adaptive distribution starts. */
function weightAssumptions({ chassis, chassisState, spus }: ReportSources): ReportAssumption[] {
  const modes = new Set([chassis.distributionMode, chassisState?.inForce?.distributionMode]);
  const cards = [...new Set(spus.map(({ spec }) => spec.card))].sort();
  const named = [
    ...(modes.has('wrr') ? ['roundRobinWeight'] : []),
    ...(modes.has('adaptive') ? ['startWeight'] : []), // until every SPU has reported
  ];
  const why = 'that the type of the SPU decides is published, not the weights; in proportion to session capacities';
  return named.flatMap((name) =>
    cards.map((card) => ({ parameter: `${name}.${card}`, value: WRR_WEIGHTS[card], mark: 'A', why }) as const),
  );
}

/** Which packets are kept in order, and by what; nothing where none are. */
function orderingAssumptions({ ordering, spus }: ReportSources): ReportAssumption[] {
  const { mode, configured, protocols } = ordering;
  if (mode === 'none' && configured === 'none') return [];
  const names = protocols.map((protocol) => protocolName(protocol).toUpperCase());
  const cards = [...new Set(spus.map(({ spec }) => spec.card))].filter((card) => card !== 'SPC2').sort();
  return [
    {
      parameter: 'orderedProtocols',
      value: [...names, 'fragments'].join(', '),
      mark: 'A',
      why: 'which packets need ordering is not published',
    },
    {
      parameter: 'orderingLists',
      value: LISTS,
      unit: 'per SPU',
      mark: 'A',
      why: 'how many an SPU has is not published',
    },
    ...cards.map(
      (card): ReportAssumption => ({
        parameter: `orderingMode.${card}`,
        value: 'software',
        mark: 'A',
        why: 'a packet ordering engine is published of SPC2 only',
      }),
    ),
  ];
}

/** What holds packets up, or drops them, behind the SPUs. */
function egressAssumptions({ egress, egressOptions, spus }: ReportSources): ReportAssumption[] {
  const { gigabitsPerSecond, queuePackets } = egressOptions;
  const capacity = spus[0]?.memory?.capacity;
  const why = 'nothing is published about the fabric';
  return [
    ...(gigabitsPerSecond === 0
      ? [{ parameter: 'egress', value: 'no limit', mark: 'A', why } as const]
      : [
          { parameter: 'egressRate', value: gigabitsPerSecond, unit: 'Gbit/s per I/O card', mark: 'A', why } as const,
          { parameter: 'egressQueue', value: queuePackets, unit: 'packets', mark: 'A', why } as const,
        ]),
    capacity === undefined
      ? { parameter: 'packetMemory', value: 'no limit', mark: 'A', why: 'nothing is published about it' }
      : {
          parameter: 'packetMemory',
          value: capacity,
          unit: 'bytes per SPU',
          mark: 'A',
          why: 'nothing is published about it',
        },
    ...(egress === undefined
      ? []
      : [{ parameter: 'egressCard', value: 'by sides, else by replies', mark: 'A', why: 'no routing' } as const]),
  ];
}

/**
 * What CPU figures rest on: the speeds of the SPUs on some cards.
 *
 * @param cards Cards in any order; each counts once.
 * @param speeds From `resolveSpuSpeeds`.
 * @returns A line per card and figure, by card.
 * @example
 * ```ts
 * import { resolveSpuSpeeds, speedAssumptions } from '@midplane/pipeline';
 * import assert from 'node:assert/strict';
 *
 * const [first] = speedAssumptions(['SPC2', 'SPC2'], resolveSpuSpeeds());
 * assert.deepEqual([first.parameter, first.value, first.mark], ['threads.SPC2', 16, 'A']);
 * ```
 */
export function speedAssumptions(
  cards: readonly SpcType[],
  speeds: Readonly<Record<SpcType, SpuSpeed>>,
): ReportAssumption[] {
  return [...new Set(cards)].sort().flatMap((card) =>
    (Object.entries(speeds[card]) as [keyof SpuSpeed, number][]).map(
      ([name, value]): ReportAssumption => ({
        parameter: `${name}.${card}`,
        value,
        ...(name === 'threads' ? {} : { unit: 'ns' }),
        mark: 'A',
        why: 'what an SPU can do is not published',
      }),
    ),
  );
}
