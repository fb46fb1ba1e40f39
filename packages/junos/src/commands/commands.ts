import { fpcPicOf } from '@midplane/spu-id';
import type { DeviceView } from '../device-view.ts';
import type { Part } from '../output/template.ts';
import type { ShowRequest } from '../show.ts';
import { CP_SESSION_SUMMARY_PARTS } from './cp-session-summary.ts';
import { flowSessionParts } from './flow-session.ts';
import { FLOW_SESSION_SUMMARY_PARTS, filteredSummaryParts } from './flow-session-summary.ts';
import { FLOW_STATUS_PARTS } from './flow-status.ts';
import { FPC_PIC_STATUS_PARTS } from './fpc-pic-status.ts';
import { MONITORING_PARTS, monitoringFpcParts, PERFORMANCE_SPU_PARTS } from './monitoring.ts';

/** Names of the operational commands. */
export type ShowCommandName =
  | 'show security flow session'
  | 'show security flow cp-session summary'
  | 'show security flow status'
  | 'show security monitoring'
  | 'show security monitoring fpc'
  | 'show security monitoring performance spu'
  | 'show chassis fpc pic-status';

/** One operational command: its words, and the one definition that its text, XML and JSON come from. */
export interface CommandDefinition {
  readonly name: ShowCommandName;
  readonly summary: string;
  /** What may follow the words, besides `node N`. */
  readonly takes: 'nothing' | 'sessions' | 'fpc';
  readonly parts: (request: ShowRequest, devices: readonly DeviceView[]) => readonly Part<DeviceView>[];
}

/** All commands. */
export const COMMANDS: readonly CommandDefinition[] = [
  {
    name: 'show security flow session',
    summary: 'Sessions of every SPU',
    takes: 'sessions',
    parts({ level = 'brief', filter }) {
      if (level !== 'summary') return flowSessionParts(level, filter);
      return filter === undefined ? FLOW_SESSION_SUMMARY_PARTS : filteredSummaryParts(filter);
    },
  },
  {
    name: 'show security flow cp-session summary',
    summary: 'Central-point sessions of every SPU, counted',
    takes: 'nothing',
    parts: () => CP_SESSION_SUMMARY_PARTS,
  },
  {
    name: 'show security flow status',
    summary: 'How flow processing is set up',
    takes: 'nothing',
    parts: () => FLOW_STATUS_PARTS,
  },
  {
    name: 'show security monitoring',
    summary: 'CPU, memory and sessions of every SPU',
    takes: 'nothing',
    parts: () => MONITORING_PARTS,
  },
  {
    name: 'show security monitoring fpc',
    summary: 'CPU, memory and sessions of the SPUs of one card',
    takes: 'fpc',
    parts({ fpc }, devices) {
      const fpcs = new Set(devices.flatMap(({ spus }) => spus.map(({ spuId }) => fpcPicOf(spuId).fpc)));
      if (fpc === undefined || !fpcs.has(fpc)) {
        throw new RangeError(
          `Cannot render output: FPC must be one with SPUs (${[...fpcs].join(', ') || 'there is none'}): got ${fpc ?? 'nothing'}`,
        );
      }
      return monitoringFpcParts(fpc);
    },
  },
  {
    name: 'show security monitoring performance spu',
    summary: 'CPU utilization of every SPU over the last 60 seconds',
    takes: 'nothing',
    parts: () => PERFORMANCE_SPU_PARTS,
  },
  {
    name: 'show chassis fpc pic-status',
    summary: 'Slots with a card, and their PICs',
    takes: 'nothing',
    parts: () => FPC_PIC_STATUS_PARTS,
  },
];

/** The operational commands that can be rendered, with what each shows. */
export const SHOW_COMMANDS: readonly { readonly name: ShowCommandName; readonly summary: string }[] = COMMANDS.map(
  ({ name, summary }) => ({ name, summary }),
);
