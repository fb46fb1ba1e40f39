import { DESCRIPTION } from './_common.ts';
import { container, flag, leaf, list, type SchemaNode } from './schema-node.ts';
import { INTERFACE, integer } from './value-types.ts';

/** `chassis`. */
export const CHASSIS: SchemaNode = container('chassis', 'Chassis configuration', [
  list(
    'fpc',
    'FPC parameters',
    integer(0, 23),
    [flag('np-cache', 'Enable session cache on the network processors of this FPC')],
    { presence: true, sorted: true },
  ),
  container('cluster', 'Chassis cluster configuration', [
    leaf('reth-count', 'Number of redundant ethernet interfaces', integer(1, 128)),
    leaf('heartbeat-interval', 'Interval between successive heartbeats (milliseconds)', integer(1000, 2000)),
    leaf('heartbeat-threshold', 'Number of consecutive missed heartbeats to indicate device failure', integer(3, 8)),
    flag('control-link-recovery', 'Enable automatic control link recovery'),
    list(
      'redundancy-group',
      'Define a redundancy group',
      integer(0, 128),
      [
        DESCRIPTION,
        list('node', 'Define the node', integer(0, 1), [leaf('priority', 'Priority of this node', integer(1, 254))], {
          oneLine: true,
          presence: true,
          sorted: true,
        }),
        flag('preempt', 'Allow preemption of primaryship based on priority'),
        leaf('gratuitous-arp-count', 'Number of gratuitous ARPs to send', integer(1, 16)),
        container('interface-monitor', 'Define interfaces to monitor', [
          list(
            'interface',
            'Interface to monitor',
            INTERFACE,
            [leaf('weight', 'Weight of this interface', integer(0, 255))],
            {
              bare: true,
              oneLine: true,
              presence: true,
              element: 'interface-monitor',
            },
          ),
        ]),
      ],
      { presence: true, sorted: true },
    ),
  ]),
]);
