import { parseRelease } from '@midplane/chassis';
import type { AlarmView, CommitView, DeviceView } from '../device-view.ts';
import { group, leaf, type Part, words } from '../output/template.ts';
import { DEFAULT_EPOCH_SECONDS, dateOf, spanOf } from './_time.ts';

function same<T>(item: T): [T] {
  return [item];
}

function dateIn(device: DeviceView, ns: number): string {
  return dateOf(device.epochSeconds ?? DEFAULT_EPOCH_SECONDS, ns);
}

function ago(device: DeviceView, ns: number): string {
  return spanOf(device.nowNs - ns);
}

/** A moment that passed: its date, and how long ago it is. */
function pastPart(tag: string, label: string, ns: (device: DeviceView) => number, after = ''): Part<DeviceView> {
  return group<DeviceView, DeviceView>(tag, same<DeviceView>, [
    leaf('date-time', (device) => dateIn(device, ns(device)), `${label}: %s`),
    leaf('time-length', (device) => ago(device, ns(device)), ` (%s ago)${after}\n`),
  ]);
}

/**
 * `show system uptime`.
 *
 * Fidelity: observed. Lines and names of the elements; protocols are taken to start with the system, and the line with users
 * and load averages is left out, for neither is modelled.
 */
export const UPTIME_PARTS: readonly Part<DeviceView>[] = [
  group<DeviceView, DeviceView>('system-uptime-information', same<DeviceView>, [
    group<DeviceView, DeviceView>('current-time', same<DeviceView>, [
      leaf('date-time', (device) => dateIn(device, device.nowNs), 'Current time: %s\n'),
    ]),
    pastPart('system-booted-time', 'System booted', ({ bootedNs }) => bootedNs),
    pastPart('protocols-started-time', 'Protocols started', ({ bootedNs }) => bootedNs),
    pastPart('last-configured-time', 'Last configured', ({ configuredNs = 0 }) => configuredNs, ' by user'),
  ]),
];

/** `Junos: 17.4R1` stands there in newer releases only: from 15.1 on is assumed. */
function hasJunosLine({ release }: DeviceView): boolean {
  return parseRelease(release).major >= 15;
}

/**
 * `show version`.
 *
 * Fidelity: observed. Lines and names of the elements, of one package; packages differ by platform.
 */
export const VERSION_PARTS: readonly Part<DeviceView>[] = [
  group<DeviceView, DeviceView>('software-information', same<DeviceView>, [
    leaf('host-name', ({ hostName }) => hostName, 'Hostname: %s\n'),
    leaf('product-model', ({ model }) => model, 'Model: %s\n'),
    leaf('product-name', ({ model }) => model),
    leaf('junos-version', (device) => (hasJunosLine(device) ? device.release : null), 'Junos: %s\n'),
    group<DeviceView, DeviceView>('package-information', same<DeviceView>, [
      leaf('name', () => 'junos'),
      leaf('comment', ({ release }) => `JUNOS Software Release [${release}]`, '%s\n'),
    ]),
  ]),
];

/**
 * `show chassis alarms`.
 *
 * Fidelity: observed. The text and the names of the elements; the width of the first column is that of a date with `UTC`.
 */
export const ALARMS_PARTS: readonly Part<DeviceView>[] = [
  group<DeviceView, DeviceView>(
    'alarm-information',
    same<DeviceView>,
    [
      group<DeviceView, DeviceView>('alarm-summary', same<DeviceView>, [
        leaf('no-active-alarms', ({ alarms }) => (alarms.length === 0 ? '' : null), 'No alarms currently active\n'),
        leaf(
          'active-alarm-count',
          ({ alarms }) => (alarms.length === 0 ? null : alarms.length),
          '%s alarms currently active\n',
        ),
      ]),
      words(({ alarms }) => (alarms.length === 0 ? '' : 'Alarm time               Class  Description\n')),
      group<DeviceView, AlarmView & { readonly time: string }>(
        'alarm-detail',
        (device) => device.alarms.map((alarm) => ({ ...alarm, time: dateIn(device, alarm.raisedNs) })),
        [
          leaf('alarm-time', ({ time }) => time, '%-25s'),
          leaf('alarm-class', (alarm) => alarm.class, '%-7s'),
          leaf('alarm-description', ({ description }) => description, '%s\n'),
        ],
      ),
    ],
    { namespace: 'junos-alarm' },
  ),
];

/**
 * `show system commit`: what `rollback` can bring back.
 *
 * Fidelity: documented. Junos "show system commit"; everybody is called `user`.
 */
export const COMMIT_PARTS: readonly Part<DeviceView>[] = [
  group<DeviceView, DeviceView>('commit-information', same<DeviceView>, [
    group<DeviceView, CommitView & { readonly number: number; readonly time: string }>(
      'commit-history',
      (device) =>
        (device.commits ?? [{ committedNs: device.configuredNs ?? 0, comment: null }]).map((commit, number) => ({
          ...commit,
          number,
          time: dateIn(device, commit.committedNs),
        })),
      [
        leaf('sequence-number', ({ number }) => number, '%-4s'),
        leaf('date-time', ({ time }) => time, '%s by '),
        leaf('user', () => 'user', '%s via '),
        leaf('client', () => 'cli', '%s\n'),
        leaf('log', ({ comment }) => comment, '    %s\n'),
      ],
    ),
  ]),
];
