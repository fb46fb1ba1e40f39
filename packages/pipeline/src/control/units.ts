import { findCard, type IocType, type ResolvedChassis, type SpcType, type Spu as SpuSpec } from '@midplane/chassis';
import { formatSpuId, spuIdsOfCard } from '@midplane/spu-id';
import type { PipelineEvent } from '../events/pipeline-event.ts';

/** An I/O card as an NPU needs it. */
export interface IocUnit {
  readonly slot: number;
  readonly card: IocType;
  readonly maxWings: number;
}

/** All units that a chassis has at some time of a run: the ones of the start, and those of cards that are inserted. */
export interface Units {
  /** Ascending by SPU ID. One that is not there yet takes no sessions. */
  readonly spus: readonly SpuSpec[];
  /** Ascending by slot. */
  readonly iocs: readonly IocUnit[];
  /** Session IDs per SPU: as the cards with most sessions want it. */
  readonly sessionIdStride: number;
}

/** Collects the units of a run. */
export function unitsOf(chassis: ResolvedChassis, events: readonly PipelineEvent[]): Units {
  const spus = [...chassis.spus];
  const iocs: IocUnit[] = chassis.iocs.map(({ slot, card, maxWings }) => ({ slot, card, maxWings }));
  let { sessionIdStride } = chassis;
  for (const { chassis: command } of events) {
    if (command?.command !== 'insertCard') continue;
    const card = findCard(command.card);
    if (card.kind !== 'spc') {
      if (!iocs.some(({ slot }) => slot === command.slot)) {
        iocs.push({ slot: command.slot, card: card.type as IocType, maxWings: chassis.iocs[0]?.maxWings ?? 1 });
      }
      continue;
    }
    if (card.type === 'SPC3') sessionIdStride = Math.max(sessionIdStride, 100_000_000);
    for (const spuId of spuIdsOfCard(card.model.value, command.slot)) {
      if (!spus.some((spu) => spu.spuId === spuId)) spus.push(absent(spuId, card.type as SpcType));
    }
  }
  spus.sort((a, b) => a.spuId - b.spuId);
  iocs.sort((a, b) => a.slot - b.slot);
  return { spus, iocs, sessionIdStride };
}

/** An SPU that is not there yet. */
function absent(spuId: SpuSpec['spuId'], card: SpcType): SpuSpec {
  return {
    spuId,
    fpc: Math.floor(spuId / 4),
    pic: spuId % 4,
    card,
    role: 'flow',
    name: formatSpuId(spuId),
    description: 'SPU Flow',
    maxSessions: 0,
    maxDcpSessions: 0,
    weight: 0,
  };
}
