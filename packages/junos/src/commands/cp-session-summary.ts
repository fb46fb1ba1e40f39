import { type CpCounts, type DeviceView, type SpuView, sessionsInUse } from '../device-view.ts';
import { group, leaf, type Part } from '../output/template.ts';
import { spuName } from './_sessions.ts';

/** An SPU that keeps central-point sessions. */
export interface CpSpu {
  readonly spu: SpuView;
  readonly cp: CpCounts;
}

/** The SPUs that keep central-point sessions and are up. */
export function cpSpus(device: DeviceView): CpSpu[] {
  return device.spus.flatMap((spu) => (spu.online && spu.cp !== null ? [{ spu, cp: spu.cp }] : []));
}

/**
 * `show security flow cp-session summary`: every SPU that keeps central-point sessions, a dedicated central point too.
 *
 * Fidelity: observed. The lines and the names of the elements; the wording of the heading is inferred from the element
 * `dcp-flow-fpc-pic-id`.
 */
export const CP_SESSION_SUMMARY_PARTS: readonly Part<DeviceView>[] = [
  group<DeviceView, CpSpu>(
    'flow-session-information',
    cpSpus,
    [
      leaf('dcp-flow-fpc-pic-id', ({ spu }) => ` on ${spuName(spu)}:`, 'DCP Flow Sessions%s\n'),
      leaf('displayed-session-valid', ({ cp }) => cp.valid, '  Valid sessions: %s\n'),
      leaf('displayed-session-pending', ({ cp }) => cp.pending, '  Pending sessions: %s\n'),
      leaf('displayed-session-invalidated', ({ cp }) => cp.invalidated, '  Invalidated sessions: %s\n'),
      leaf('displayed-session-other', ({ cp }) => cp.other, '  Sessions in other states: %s\n'),
      leaf('displayed-session-count', ({ cp }) => sessionsInUse(cp), '  Total sessions: %s\n'),
      leaf('max-session-count', ({ cp }) => cp.maximum, '  Maximum sessions: %s\n'),
      leaf('max-inet6-session-count', ({ cp }) => cp.maximumInet6, '  Maximum inet6 sessions: %s\n'),
    ],
    { namespace: 'junos-flow', between: '\n' },
  ),
];
