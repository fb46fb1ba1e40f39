import { ChassisControl } from '../control/chassis-control.ts';
import { ConfigurationControl } from '../control/configuration-control.ts';
import type { DataPlane } from '../control/data-plane.ts';
import { outcomeOf } from '../drop-reasons.ts';
import type { HeldPackets } from '../engine/held-packets.ts';
import type { Timeline } from '../engine/timeline.ts';
import { EventRunner } from '../events/event-runner.ts';
import type { Gate } from '../ingress/gate.ts';
import type { Npu } from '../npu/npu.ts';
import type { Spu } from '../spu/spu.ts';
import type { SpuStage } from '../spu/spu-stage.ts';
import type { InterfacesInForce } from './interfaces-in-force.ts';
import type { Setup } from './setup.ts';

/** What is controlled. */
export interface ControlledParts {
  readonly spus: readonly Spu[];
  readonly npus: readonly Npu[];
  readonly spuStage: SpuStage;
  readonly interfaces: InterfacesInForce;
  readonly held: HeldPackets;
  readonly dataPlane: DataPlane;
  readonly gate: Gate;
  readonly timeline: Timeline;
  /** Other tables are in force: what is under way is aimed again. */
  readonly aimAgain: () => void;
}

/** Who changes a path while it runs. */
export interface Controls {
  /** The chassis in time; undefined: nothing is done to it. */
  readonly chassis: ChassisControl | undefined;
  readonly events: EventRunner;
  /** Resets of the data plane so far. */
  readonly resets: number;
}

/** Makes what changes a path while it runs: the chassis in time, commits, events. */
export function createControls(setup: Setup, parts: ControlledParts): Controls {
  const { options, configuration, source, values, ordering, units } = setup;
  const { spus, npus, spuStage, interfaces, held, dataPlane, gate, timeline, aimAgain } = parts;
  let resets = 0;
  const chassis =
    options.chassisState &&
    new ChassisControl(options.chassisState, {
      lose(nowNs) {
        dataPlane.lose(nowNs);
        resets++;
        aimAgain();
      },
      install(inForce) {
        dataPlane.install(inForce);
        aimAgain();
      },
      block(reason) {
        gate.reason = reason ?? 'passes';
        gate.outcome = reason === undefined ? 0 : outcomeOf(reason);
      },
      schedule: (atNs) => timeline.scheduleChassis(atNs),
    });
  const commits =
    configuration &&
    new ConfigurationControl({
      active: configuration,
      source: source!,
      spus,
      npus,
      values,
      spuStage,
      ingressOf: (key) => interfaces.sides()?.ingressOf(key) ?? -1,
      aimAgain,
      onChange(before) {
        const { names } = before.interfaces;
        const { ingress } = held.batch;
        for (const row of held.rows()) ingress[row] = configuration.interfaces.indexOf(names[ingress[row]] ?? '');
        interfaces.renew(spus);
      },
    });
  const events = new EventRunner({
    events: options.events ?? [],
    timeline,
    spus,
    spuStage,
    ordering,
    values,
    control: chassis,
    configuration: commits,
    sessionIdStride: units.sessionIdStride,
  });
  return {
    chassis,
    events,
    get resets() {
      return resets;
    },
  };
}
