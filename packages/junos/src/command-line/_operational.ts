import { PROTOCOLS } from '../_protocols.ts';
import {
  INTERFACE,
  integer,
  LOGICAL_INTERFACE,
  name,
  oneOf,
  PREFIX,
  PROTOCOL,
  TEXT,
} from '../configuration/schema/value-types.ts';
import type { Statement } from '../configuration/statement.ts';
import { SESSION_FILTER_WORDS } from '../session-filter.ts';
import { schemaPlace } from './_configuration-words.ts';
import { type Option, oneMay, oneMust, optionsPlace, type Place, value, word } from './_place.ts';

const PORT = integer(0, 65_535);

/** Filters of sessions, with the value that each takes. */
const FILTERS: Readonly<Record<string, Omit<Option, 'word'>>> = {
  'source-prefix': { help: 'Source IP prefix', type: PREFIX },
  'destination-prefix': { help: 'Destination IP prefix', type: PREFIX },
  'source-port': { help: 'Source port', type: PORT },
  'destination-port': { help: 'Destination port', type: PORT },
  protocol: {
    help: 'IP protocol number or name',
    type: { ...PROTOCOL, words: [...PROTOCOLS.keys()].map((each) => ({ word: each, help: '' })), range: '0..255' },
  },
  family: { help: 'Protocol family', type: oneOf({ inet: 'IPv4', inet6: 'IPv6' }) },
  application: { help: 'Application name', type: name() },
  interface: { help: 'Incoming or outgoing interface', type: { ...INTERFACE, check: LOGICAL_INTERFACE.check } },
  'session-identifier': {
    help: 'Session ID',
    type: {
      shown: '<session-id>',
      check: (text) => (/^\d{1,20}$/.test(text) ? null : `Invalid numeric value: '${text}'`),
    },
  },
};

const SESSION_FILTERS: readonly Option[] = SESSION_FILTER_WORDS.map((each) => ({ word: each, ...FILTERS[each] }));
const NODE: Option = { word: 'node', help: 'Show output of one node of the cluster', type: integer(0, 1) };
const NODES = optionsPlace([NODE]);

const SESSION_OPTIONS: readonly Option[] = [
  { word: 'brief', help: 'Show brief output (default)', group: 'level' },
  { word: 'extensive', help: 'Show detailed output', group: 'level' },
  { word: 'summary', help: 'Show output summary', group: 'level' },
  ...SESSION_FILTERS,
  NODE,
];

const FLOW = oneMust([
  word(
    'cp-session',
    'Show central point sessions',
    oneMay([word('summary', 'Show output summary', NODES), ...NODES.choices]),
  ),
  word('session', 'Show flow sessions', optionsPlace(SESSION_OPTIONS)),
  word('statistics', 'Show flow statistics', NODES),
  word('status', 'Show flow status', NODES),
]);

const MONITORING = oneMay([
  word('fpc', 'Show monitoring information of one FPC', oneMust([value(integer(0, 23), 'FPC number', NODES)])),
  word(
    'performance',
    'Show performance information',
    oneMust([
      word('session', 'Show number of sessions of the last 60 seconds', NODES),
      word('spu', 'Show utilization of the last 60 seconds', NODES),
    ]),
  ),
  ...NODES.choices,
]);

/** Words of operational mode. `show configuration` goes on with what is configured. */
export function operationalPlace(active: Statement | null): Place {
  return oneMust([
    word(
      'clear',
      'Clear information in the system',
      oneMust([
        word(
          'security',
          'Clear security information',
          oneMust([
            word(
              'flow',
              'Clear flow information',
              oneMust([
                word(
                  'session',
                  'Clear flow sessions',
                  optionsPlace([{ word: 'all', help: 'Clear all sessions' }, ...SESSION_FILTERS, NODE]),
                ),
              ]),
            ),
          ]),
        ),
      ]),
    ),
    word(
      'configure',
      'Manipulate software configuration information',
      oneMay([word('exclusive', 'Obtain exclusive lock'), word('private', 'Work in private database')]),
    ),
    word('exit', 'Exit the management session'),
    word('quit', 'Exit the management session'),
    word(
      'request',
      'Make system-level requests',
      oneMust([
        word(
          'chassis',
          'Perform chassis-specific operations',
          oneMust([
            word(
              'fpc',
              'Change FPC status',
              oneMust([
                word(
                  'slot',
                  'FPC slot number',
                  oneMust([
                    value(
                      integer(0, 23),
                      'FPC slot number',
                      oneMust([
                        word('offline', 'Take FPC offline'),
                        word('online', 'Bring FPC online'),
                        word('restart', 'Restart FPC'),
                      ]),
                    ),
                  ]),
                ),
              ]),
            ),
          ]),
        ),
        word(
          'simulation',
          'Control the simulation (not a command of the device)',
          oneMust([
            word(
              'start',
              'Play traffic',
              optionsPlace([
                { word: 'capture', help: 'File with packets', type: TEXT },
                { word: 'speed', help: 'How many times faster than real time', type: integer(1, 1_000_000) },
              ]),
            ),
            word('status', 'Show how far the simulation is'),
            word('stop', 'Stop playing traffic'),
          ]),
        ),
        word('system', 'Perform system-level operations', oneMust([word('reboot', 'Reboot the system', NODES)])),
      ]),
    ),
    word(
      'show',
      'Show system information',
      oneMust([
        word(
          'chassis',
          'Show chassis information',
          oneMust([
            word('alarms', 'Show alarm status', NODES),
            word(
              'fpc',
              'Show Flexible PIC Concentrator status',
              oneMust([word('pic-status', 'Show online status of PICs', NODES)]),
            ),
            word(
              'hardware',
              'Show installed hardware components',
              oneMay([word('models', 'Display serial number, model number of components', NODES), ...NODES.choices]),
            ),
          ]),
        ),
        word('configuration', 'Show current configuration', () =>
          active === null ? oneMay([]) : schemaPlace(active.schema!, active, 'existing'),
        ),
        word(
          'security',
          'Show security information',
          oneMust([
            word('flow', 'Show flow information', FLOW),
            word('forwarding-process', 'Show security forwarding process', NODES),
            word('monitoring', 'Show security monitoring information', MONITORING),
          ]),
        ),
        word(
          'system',
          'Show system information',
          oneMust([
            word('commit', 'Show commit history', NODES),
            word('uptime', 'Show time since system and processes started', NODES),
          ]),
        ),
        word('version', 'Show software process revision levels', NODES),
      ]),
    ),
  ]);
}
