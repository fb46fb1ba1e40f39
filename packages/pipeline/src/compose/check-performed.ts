import { compileConfiguration } from '../configuration/compile-configuration.ts';
import { checkEvents, type PipelineEvent } from '../events/pipeline-event.ts';
import type { Clock } from '../ingress/clock.ts';
import type { Npu } from '../npu/npu.ts';
import { npuFinder } from '../npu/npu-of-interface.ts';
import type { Setup } from './setup.ts';

/** What an event meets. */
export interface Met {
  readonly setup: Setup;
  readonly npus: readonly Npu[];
  readonly clock: Clock;
}

/** Refuses an event that is to happen now, and that the path cannot carry out. */
export function checkPerformed(event: Omit<PipelineEvent, 'atNs' | 'afterPackets'>, nowNs: number, met: Met): void {
  const { setup, npus, clock } = met;
  const { options, units, values } = setup;
  checkEvents([{ ...event, atNs: nowNs }], options.chassis, units.spus, values);
  if (event.commit?.configuration !== undefined) {
    if (options.isLive !== true) throw new RangeError('Cannot commit configuration: isLive must be set: got none');
    npuFinder(compileConfiguration(event.commit.configuration).interfaces, npus);
  }
  if (nowNs >= clock.nowNs) return;
  const rule = `time must not lie before that of the last packet, ${clock.nowNs} ns`;
  throw new RangeError(`Cannot perform event: ${rule}: got ${String(nowNs)}`);
}
