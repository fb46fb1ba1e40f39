import { CaptureError } from '@midplane/capture';
import { ChassisState } from '@midplane/chassis';
import { createPipeline, type EventResult } from '@midplane/pipeline';
import { configuredScenario } from '../junos/configured-scenario.ts';
import { pipelineOptionsOf, readScenarioTraffic, type ScenarioTrafficOptions } from '../run-scenario.ts';
import { chassisStateOptionsOf, type Scenario } from '../scenario.ts';
import { finishedState, idleState, type RunState } from './_run-state.ts';

/** The end of a run. */
export interface Played {
  readonly state: RunState;
  readonly chassisState: ChassisState;
  /** What came of the scenario's events, in their order. */
  readonly events: readonly EventResult[];
}

/** Who is told of a run. */
export interface PlayOptions extends ScenarioTrafficOptions {
  /** Told the packets so far, after every batch; a promise is waited for. */
  readonly onProgress?: (packets: number) => void | Promise<void>;
}

/** Plays a scenario to its end. Without traffic nothing happens. */
export async function playToEnd(scenario: Scenario, options: PlayOptions): Promise<Played> {
  const made = pipelineOptionsOf(scenario);
  const { chassis } = made;
  const chassisState = made.chassisState ?? newChassisState(scenario);
  if (scenario.traffic.length === 0) return { state: idleState(chassis, 0), chassisState, events: [] };
  const pipeline = createPipeline(made);
  let inputError: string | undefined;
  try {
    for await (const batch of readScenarioTraffic(scenario, options)) {
      pipeline.offer(batch);
      const pause = options.onProgress?.(pipeline.offered);
      if (pause !== undefined) await pause;
    }
  } catch (error) {
    if (!(error instanceof CaptureError) || pipeline.offered === 0) throw error;
    inputError = error.message;
  }
  const report = pipeline.finish(inputError);
  chassisState.advance(Math.max(chassisState.nowNs, report.input.durationNs));
  return {
    state: finishedState(chassisState.inForce ?? chassis, report, pipeline),
    chassisState,
    events: report.events,
  };
}

/** The chassis of a scenario in time, with what its configuration says. */
export function newChassisState(scenario: Scenario): ChassisState {
  return new ChassisState(chassisStateOptionsOf(configuredScenario(scenario).scenario.chassis));
}
