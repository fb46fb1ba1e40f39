import { fpcPicOf } from '@midplane/spu-id';
import type { DeviceView } from '../device-view.ts';
import type { Part } from '../output/template.ts';
import type { ShowRequest } from '../show.ts';
import { CP_SESSION_PARTS } from './cp-session.ts';
import { CP_SESSION_SUMMARY_PARTS } from './cp-session-summary.ts';
import { flowSessionParts } from './flow-session.ts';
import { FLOW_SESSION_SUMMARY_PARTS, filteredSummaryParts } from './flow-session-summary.ts';
import { FLOW_STATISTICS_PARTS } from './flow-statistics.ts';
import { FLOW_STATUS_PARTS, FORWARDING_PROCESS_PARTS } from './flow-status.ts';
import { FPC_PIC_STATUS_PARTS } from './fpc-pic-status.ts';
import { HARDWARE_MODELS_PARTS, HARDWARE_PARTS } from './hardware.ts';
import {
  MONITORING_PARTS,
  monitoringFpcParts,
  PERFORMANCE_SESSION_PARTS,
  PERFORMANCE_SPU_PARTS,
} from './monitoring.ts';
import { ALARMS_PARTS, COMMIT_PARTS, UPTIME_PARTS, VERSION_PARTS } from './system.ts';

/** Names of the operational commands. */
export type ShowCommandName =
  | 'show security flow session'
  | 'show security flow cp-session'
  | 'show security flow cp-session summary'
  | 'show security flow status'
  | 'show security monitoring'
  | 'show security monitoring fpc'
  | 'show security monitoring performance spu'
  | 'show security monitoring performance session'
  | 'show security flow statistics'
  | 'show security forwarding-process'
  | 'show chassis fpc pic-status'
  | 'show chassis hardware'
  | 'show chassis hardware models'
  | 'show chassis alarms'
  | 'show system commit'
  | 'show system uptime'
  | 'show version';

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
    name: 'show security flow cp-session',
    summary: 'Central-point sessions of every SPU, and who owns them',
    takes: 'nothing',
    parts: () => CP_SESSION_PARTS,
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
    name: 'show security monitoring performance session',
    summary: 'New sessions of every SPU over the last 60 seconds',
    takes: 'nothing',
    parts: () => PERFORMANCE_SESSION_PARTS,
  },
  {
    name: 'show security flow statistics',
    summary: 'Packets of every SPU, and their sum',
    takes: 'nothing',
    parts: () => FLOW_STATISTICS_PARTS,
  },
  {
    name: 'show security forwarding-process',
    summary: 'Distribution mode and ordering mode',
    takes: 'nothing',
    parts: () => FORWARDING_PROCESS_PARTS,
  },
  {
    name: 'show chassis fpc pic-status',
    summary: 'Slots with a card, and their PICs',
    takes: 'nothing',
    parts: () => FPC_PIC_STATUS_PARTS,
  },
  {
    name: 'show chassis hardware',
    summary: 'Cards and their PICs',
    takes: 'nothing',
    parts: () => HARDWARE_PARTS,
  },
  {
    name: 'show chassis hardware models',
    summary: 'Order numbers of the cards',
    takes: 'nothing',
    parts: () => HARDWARE_MODELS_PARTS,
  },
  {
    name: 'show chassis alarms',
    summary: 'Alarms that are active',
    takes: 'nothing',
    parts: () => ALARMS_PARTS,
  },
  {
    name: 'show system commit',
    summary: 'Configurations that were committed',
    takes: 'nothing',
    parts: () => COMMIT_PARTS,
  },
  {
    name: 'show system uptime',
    summary: 'Since when the system is up',
    takes: 'nothing',
    parts: () => UPTIME_PARTS,
  },
  {
    name: 'show version',
    summary: 'Model and release',
    takes: 'nothing',
    parts: () => VERSION_PARTS,
  },
];

/** The operational commands that can be rendered, with what each shows. */
export const SHOW_COMMANDS: readonly { readonly name: ShowCommandName; readonly summary: string }[] = COMMANDS.map(
  ({ name, summary }) => ({ name, summary }),
);
