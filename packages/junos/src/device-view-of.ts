import type { CardType, ResolvedChassis, Spu } from '@midplane/chassis';
import type { CpCounts, DeviceView, FlowCounts, PicView, SlotView, SpuView } from './device-view.ts';

/** What {@link deviceViewOf} adds to the chassis. Everything has a default. */
export interface DeviceFigures extends Partial<Omit<DeviceView, 'model' | 'release' | 'slots' | 'spus'>> {
  /** Figures of one SPU; what is left out counts as 0, or as the capacity of the card. */
  readonly spu?: (spu: Spu) => Partial<SpuFigures>;
  /** Slots whose card has the network processor's session cache configured. */
  readonly npCacheSlots?: readonly number[];
}

/** Figures of one SPU, counts in part. */
export interface SpuFigures extends Omit<SpuView, 'spuId' | 'role' | 'flow' | 'cp'> {
  /** Flow sessions. */
  readonly flow: Partial<FlowCounts>;
  /** Central-point sessions; left out or in part, `null` for none. */
  readonly cp: Partial<CpCounts> | null;
}

/** PICs of I/O cards as published output shows them; of the others no names were found. */
const IOC_PICS: Readonly<Partial<Record<CardType, readonly string[]>>> = {
  IOC1: ['10x 1GE RichQ', '10x 1GE RichQ', '10x 1GE RichQ', '10x 1GE RichQ'],
  IOC2: ['10x 10GE SFP+'],
};

/**
 * Builds the view of a chassis, from the chassis and the figures of a run.
 *
 * Without figures it is an idle box: everything online, no session, IPv4 forwarded and every other family dropped,
 * ordering in hardware.
 *
 * Fidelity: inferred. Every SPU has central-point sessions where the central point is distributed, 0 of 0 on a dedicated
 * central point; before that only the central point's SPU has them.
 *
 * @param chassis Result of `resolveChassis`.
 * @param figures What the run adds.
 * @returns A new view.
 * @example
 * ```ts
 * import { resolveChassis } from '@midplane/chassis';
 * import { deviceViewOf, show } from '@midplane/junos';
 * import assert from 'node:assert/strict';
 *
 * const chassis = resolveChassis({ cards: '0=SPC2,1=IOC2' });
 * const device = deviceViewOf(chassis, { spu: ({ spuId }) => ({ cpuPercent: spuId === 1 ? 98 : 3 }) });
 * assert.match(show(device, 'show security monitoring fpc 0'), /PIC 1\n {4}CPU utilization {10}: {3}98 %/);
 * ```
 */
export function deviceViewOf(chassis: ResolvedChassis, figures: DeviceFigures = {}): DeviceView {
  const { spu: figuresOf = () => ({}), npCacheSlots = [], ...rest } = figures;
  return {
    hostName: chassis.model,
    model: chassis.model,
    release: chassis.release,
    node: null,
    nowNs: 0,
    bootedNs: 0,
    flowStatus: {
      forwarding: { inet: 'flow based', inet6: 'drop', mpls: 'drop', iso: 'drop' },
      tracing: false,
      distribution: chassis.distributionMode,
      ordering: { running: 'hardware', configured: 'hardware' },
    },
    sessionsPerSecond: { total: 0, ipv4: 0, ipv6: 0 },
    alarms: [],
    ...rest,
    slots: slotViews(chassis, npCacheSlots),
    spus: chassis.spus.map((spu) => spuView(chassis, spu, figuresOf(spu))),
  };
}

function slotViews(chassis: ResolvedChassis, npCacheSlots: readonly number[]): SlotView[] {
  const views: SlotView[] = [];
  for (const { slot, card, model, description } of chassis.slots) {
    if (card === null || model === null) continue;
    const spus = chassis.spus.filter((spu) => spu.fpc === slot);
    const npCache = npCacheSlots.includes(slot);
    const names: [number, string][] =
      spus.length > 0
        ? spus.map((spu) => [spu.pic, spu.description])
        : (IOC_PICS[card] ?? []).map((name, pic) => [pic, name]);
    const pics = names.map(([pic, name]): PicView => {
      return { pic, state: 'Online', description: name, npCache: npCache && spus.length === 0 };
    });
    views.push({ slot, state: 'Online', model, description: description ?? model, pics });
  }
  return views;
}

function spuView(chassis: ResolvedChassis, spu: Spu, figures: Partial<SpuFigures>): SpuView {
  const none = { valid: 0, pending: 0, invalidated: 0, other: 0, ipv4: 0, ipv6: 0 };
  const { flow, cp, ...rest } = figures;
  const central = chassis.centralPoint;
  const maximum = central.distributed ? spu.maxDcpSessions : (central.maxSessions ?? 0);
  const hasCp = central.distributed || central.spuId === spu.spuId;
  return {
    spuId: spu.spuId,
    role: spu.role,
    online: true,
    cpuPercent: 0,
    memoryPercent: 0,
    cpuHistory: [],
    sessionRateHistory: [],
    packets: { forwarded: 0, dropped: 0, fragments: 0 },
    sessions: [],
    cpSessions: [],
    ...rest,
    flow: { unicast: 0, multicast: 0, failed: 0, maximum: spu.maxSessions, ...none, ...flow },
    cp: cp === null || !hasCp ? null : { maximum, maximumInet6: maximum, ...none, ...cp },
  };
}
