import type { ChassisState, SlotState, UnitState } from '@midplane/chassis';
import { findCard } from '@midplane/chassis';
import {
  type AlarmView,
  type Configuration,
  type CpSessionView,
  compareSessionIds,
  type DeviceView,
  deviceViewOf,
  type SlotView,
  type SpuFigures,
  type StateCounts,
  toModel,
} from '@midplane/junos';
import { sessionViewOf } from '../device-view.ts';
import type { ClearedSessions } from './_cleared.ts';
import type { RunState } from './_run-state.ts';

/** What a view is made of. */
export interface ViewSources {
  readonly hostName: string;
  readonly configuration: Configuration;
  readonly state: RunState;
  readonly chassisState: ChassisState;
  readonly cleared: ClearedSessions;
  /** When the clock of the chassis was at 0. */
  readonly chassisOffsetNs: number;
  readonly nowNs: number;
  readonly bootedNs: number;
  readonly configuredNs: number;
}

/** `Present` of a card that boots is observed elsewhere; that a failed one is `Offline` is assumed. */
const STATE_WORDS: Readonly<Record<UnitState, string>> = {
  empty: 'Empty',
  booting: 'Present',
  online: 'Online',
  offline: 'Offline',
  failed: 'Offline',
};

/** Returns what commands show of a device. */
export function viewOf(sources: ViewSources): DeviceView {
  const { configuration, state, chassisState, cleared, chassisOffsetNs, nowNs, bootedNs, configuredNs, hostName } =
    sources;
  const { chassis } = state;
  const { running, afterReboot } = configuration;
  const model = toModel(configuration);
  const isFlow = (mode: string) => (mode === 'flow-based' ? 'flow based' : 'drop');
  const counts = new Map(state.sessions.sessionCounts({ atNs: nowNs }).map((each) => [each.spuId, each]));
  const online = new Set(
    chassisState.slots.flatMap(({ pics }) => pics.flatMap((pic) => (pic.state === 'online' ? (pic.spuId ?? []) : []))),
  );
  // seconds without a packet since the end of the traffic
  const quiet = Math.min(60, Math.floor(nowNs / 1e9) - Math.floor(state.nowNs / 1e9));
  const shifted = (history: readonly number[]) => [...Array<number>(quiet).fill(0), ...history].slice(0, 60);
  let inUse = 0;
  let ipv6 = 0;
  const figuresOf = (spuId: number): Partial<SpuFigures> => {
    const work = state.workOf(spuId);
    const found = counts.get(spuId);
    const isCentralPoint = state.centralPointSessions !== null && spuId === chassis.centralPoint.spuId;
    const now = found && cleared.count(found);
    const states: StateCounts = {
      valid: now?.valid ?? 0,
      pending: now?.pending ?? 0,
      invalidated: now?.invalidated ?? 0,
      other: 0,
    };
    const family = { ipv4: now?.ipv4 ?? 0, ipv6: now?.ipv6 ?? 0 };
    inUse += family.ipv4 + family.ipv6;
    ipv6 += family.ipv6;
    const multicast = now?.multicast ?? 0;
    return {
      online: online.has(spuId as never),
      cpuPercent: shifted(work.cpuHistory)[0] ?? 0,
      cpuHistory: shifted(work.cpuHistory),
      sessionRateHistory: shifted(work.createdHistory),
      flow: { ...states, ...family, unicast: states.valid - multicast, multicast, failed: work.failed },
      cp: isCentralPoint
        ? { valid: state.centralPointSessions ?? 0 }
        : { ...states, ...family, valid: states.valid + work.pointers },
      packets: { forwarded: work.forwarded, dropped: work.dropped, fragments: work.fragments },
      cpSessions: {
        *[Symbol.iterator]() {
          yield* cpSessionsOf(spuId, state, nowNs);
        },
      },
      sessions: {
        *[Symbol.iterator]() {
          if (!counts.has(spuId)) return;
          for (const session of state.sessions.sessions({ spuId, atNs: nowNs })) {
            yield cleared.look(spuId, sessionViewOf(session, nowNs));
          }
        },
      },
    };
  };
  const view = deviceViewOf(chassis, {
    hostName,
    nowNs,
    bootedNs,
    configuredNs,
    commits: configuration.history,
    npCacheSlots: model.chassis.npCache,
    flowStatus: {
      forwarding: {
        inet: 'flow based',
        inet6: running.inet6 === 'flow-based' ? 'flow based' : 'drop',
        mpls: isFlow(model.forwarding.mpls),
        iso: isFlow(model.forwarding.iso),
      },
      tracing: false,
      distribution: chassis.distributionMode,
      ordering: { running: running.orderingMode, configured: afterReboot.orderingMode },
      afterReboot: {
        inet6: afterReboot.inet6 === 'flow-based' ? 'flow based' : 'drop',
        // one that the chassis has refused at a reboot does not come with the next one either; without one it decides then
        distribution:
          (afterReboot.distributionMode === running.distributionMode ? null : afterReboot.distributionMode) ??
          chassis.distributionMode,
      },
    },
    alarms: alarmsOf(chassisState, chassisOffsetNs, state.fullSinceNs),
    spu: ({ spuId }) => figuresOf(spuId),
  });
  const total = state.createdPerSecond;
  // how many were IPv6 is not counted: as many as of the sessions that are there
  const ofIpv6 = inUse === 0 ? 0 : Math.round((total * ipv6) / inUse);
  return {
    ...view,
    slots: chassisState.slots.flatMap((slot) => slotViewOf(slot, view.slots)),
    sessionsPerSecond: { total, ipv4: total - ofIpv6, ipv6: ofIpv6 },
  };
}

/** What the central point of an SPU holds: sessions, and pointers to those of other SPUs that one wing left. */
function cpSessionsOf(spuId: number, { sessions, chassis }: RunState, nowNs: number): CpSessionView[] {
  const found: CpSessionView[] = [];
  const isHere = (id: string) => id !== '0' && Math.floor(Number(id) / chassis.sessionIdStride) === spuId;
  for (const session of sessions.sessions({ atNs: nowNs })) {
    const { in: first, out } = session;
    const record = { ownerSpuId: session.spuId, state: session.state };
    const isShared = out?.cpSessionId === first.cpSessionId;
    if (isHere(first.cpSessionId)) {
      found.push({ ...record, cpSessionId: first.cpSessionId, in: first, out: isShared ? (out ?? null) : null });
    }
    if (out !== undefined && !isShared && isHere(out.cpSessionId)) {
      found.push({ ...record, cpSessionId: out.cpSessionId, in: null, out });
    }
  }
  return found.sort((a, b) => compareSessionIds(a.cpSessionId, b.cpSessionId));
}

function alarmsOf(chassisState: ChassisState, offsetNs: number, fullSinceNs: number | null): AlarmView[] {
  const alarms = chassisState.alarms.map(
    ({ severity, text, sinceNs }): AlarmView => ({
      raisedNs: sinceNs + offsetNs,
      class: severity === 'major' ? 'Major' : 'Minor',
      description: text,
    }),
  );
  if (fullSinceNs !== null) {
    alarms.push({ raisedNs: fullSinceNs, class: 'Minor', description: 'CP/Flow session table full' });
  }
  return alarms.sort((a, b) => a.raisedNs - b.raisedNs);
}

/**
 * A card as it is, one that is not online without its PICs (assumed): where the chassis in force does not have it yet,
 * it is named after the catalogue.
 */
function slotViewOf({ slot, card, state, pics }: SlotState, known: readonly SlotView[]): SlotView[] {
  if (card === null) return [];
  const found = known.find((each) => each.slot === slot);
  const shown = STATE_WORDS[state];
  if (found === undefined) {
    const { model, description } = findCard(card);
    const pictured = (state === 'online' ? pics : []).flatMap((pic) =>
      pic.spuId === null
        ? []
        : [{ pic: pic.pic, state: STATE_WORDS[pic.state], description: pic.description ?? 'SPU Flow', npCache: false }],
    );
    return [{ slot, state: shown, model: model.value, description: description.value ?? model.value, pics: pictured }];
  }
  return [
    {
      ...found,
      state: shown,
      pics: (state === 'online' ? found.pics : []).map((pic) => {
        const own = pics.find((each) => each.pic === pic.pic && each.spuId !== null);
        return { ...pic, state: own === undefined ? shown : STATE_WORDS[own.state] };
      }),
    },
  ];
}
