import { DESCRIPTION } from './_common.ts';
import { APPLICATION_NAMES } from './applications.ts';
import { container, flag, leaf, leafList, list, listOf, type SchemaNode, unmodelled } from './schema-node.ts';
import { integer, LOGICAL_INTERFACE, name, PORTS, PREFIX, PROTOCOL } from './value-types.ts';

const PORT = integer(0, 65_535);

/** Where packets of a rule set come from or go to. */
function side(keyword: 'from' | 'to', help: string): SchemaNode {
  return container(
    keyword,
    help,
    [
      leafList('zone', 'Zone', name(), { choice: 'side' }),
      leafList('interface', 'Interface', LOGICAL_INTERFACE, { choice: 'side' }),
      leafList('routing-instance', 'Routing instance', name(), { choice: 'side' }),
    ],
    { oneLine: true },
  );
}

function portList(keyword: string, help: string): SchemaNode {
  return container(keyword, help, [
    listOf(
      'range',
      help,
      [
        { name: 'name', type: PORTS },
        { name: 'high', type: PORT, word: 'to', optional: true },
      ],
      [],
      { bare: true, presence: true, element: keyword },
    ),
  ]);
}

const SOURCE_ADDRESS = leafList('source-address', 'Source address', PREFIX);
const SOURCE_ADDRESS_NAME = leafList('source-address-name', 'Address from address book', name());
const DESTINATION_ADDRESS_NAME = leafList('destination-address-name', 'Address from address book', name());
const PROTOCOLS = leafList('protocol', 'IP Protocol', PROTOCOL);

/** Addresses of a source pool, alone or as ranges. */
const POOL_ADDRESSES = container('address', 'Add address or address range to pool', [
  listOf(
    'address',
    'Address or address range',
    [
      { name: 'name', type: PREFIX },
      { name: 'to', type: PREFIX, word: 'to', optional: true },
    ],
    [],
    { bare: true, presence: true },
  ),
]);

/** The address of a destination pool. */
const POOL_ADDRESS = container(
  'address',
  'Add address or address range to pool',
  [
    list('ipaddr', 'Address of the pool', PREFIX, [], { bare: true, presence: true, choice: 'address', isLeaf: true }),
    leaf('port', 'Specify the port value', PORT),
    leaf('to', 'Upper limit of address range', PREFIX),
  ],
  { inline: true },
);

const RANGE = container('range', 'Port range', [
  leaf('to', 'Upper limit of port range', PORT),
  list('low', 'Lower limit of port range', PORT, [leaf('to', 'Upper limit of port range', PORT)], {
    bare: true,
    presence: true,
    oneLine: true,
  }),
]);

/** The rule sets of one kind of NAT. */
function ruleSets(
  kind: 'Source' | 'Destination' | 'Static',
  element: string,
  sides: readonly SchemaNode[],
  match: readonly SchemaNode[],
  actions: readonly SchemaNode[],
): SchemaNode {
  const then = container(`${kind.toLowerCase()}-nat`, `${kind} NAT action`, actions);
  return list(
    'rule-set',
    'Configure a set of rules',
    name(),
    [
      DESCRIPTION,
      ...sides,
      list(
        'rule',
        `${kind} NAT rule`,
        name(),
        [
          DESCRIPTION,
          container('match', `Specify ${kind} NAT rule match criteria`, match, { element }),
          container('then', 'Then action', [then]),
        ],
        { presence: true },
      ),
    ],
    { presence: true },
  );
}

/** The pool that a rule names. */
function poolOf(kind: 'Source' | 'Destination'): SchemaNode {
  const pool = list('name', `Name of ${kind} NAT pool`, name(), [], {
    bare: true,
    presence: true,
    element: 'pool-name',
    choice: 'pool',
  });
  return container('pool', `Use ${kind} NAT pool`, [pool], { choice: 'action' });
}

const FROM = side('from', 'Where is the traffic from');
const OFF = flag('off', 'No action', { choice: 'action' });

const SOURCE = container('source', 'Configure Source NAT', [
  list(
    'pool',
    'Define a source address pool',
    name(),
    [
      DESCRIPTION,
      POOL_ADDRESSES,
      container('port', 'Config port attribute to pool', [
        RANGE,
        flag('no-translation', 'Do not perform port translation', { choice: 'port' }),
      ]),
    ],
    { presence: true },
  ),
  ruleSets(
    'Source',
    'src-nat-rule-match',
    [FROM, side('to', 'Where is the traffic to')],
    [
      SOURCE_ADDRESS,
      SOURCE_ADDRESS_NAME,
      leafList('destination-address', 'Destination address', PREFIX),
      DESTINATION_ADDRESS_NAME,
      portList('source-port', 'Source port'),
      portList('destination-port', 'Destination port'),
      PROTOCOLS,
      APPLICATION_NAMES,
    ],
    [
      OFF,
      container('interface', 'Use egress interface address', [], {
        presence: true,
        choice: 'action',
        unmodelled: true,
      }),
      poolOf('Source'),
    ],
  ),
]);

const DESTINATION = container('destination', 'Configure Destination NAT', [
  list('pool', 'Define a destination address pool', name(), [DESCRIPTION, POOL_ADDRESS], { presence: true }),
  ruleSets(
    'Destination',
    'dest-nat-rule-match',
    [FROM],
    [
      SOURCE_ADDRESS,
      SOURCE_ADDRESS_NAME,
      leaf('destination-address', 'Destination address', PREFIX),
      DESTINATION_ADDRESS_NAME,
      portList('destination-port', 'Destination port'),
      PROTOCOLS,
      APPLICATION_NAMES,
    ],
    [OFF, poolOf('Destination')],
  ),
]);

/** An address that a static rule translates to, with what else may be said of it. */
function target(keyword: string, help: string, of: readonly SchemaNode[]): SchemaNode {
  return container(keyword, help, of, { choice: 'action' });
}

const TARGET = { bare: true, presence: true, choice: 'prefix' } as const;

const STATIC = container('static', 'Configure Static NAT', [
  ruleSets(
    'Static',
    'static-nat-rule-match',
    [FROM],
    [
      SOURCE_ADDRESS,
      SOURCE_ADDRESS_NAME,
      leaf('destination-address', 'Destination address', PREFIX),
      leaf('destination-address-name', 'Address from address book', name()),
      portList('destination-port', 'Destination port'),
    ],
    [
      target('prefix', 'Address prefix', [
        list('addr-prefix', 'Address prefix', PREFIX, [], TARGET),
        leaf('mapped-port', 'Port to be mapped', PORT),
        leaf('routing-instance', 'Routing instance', name()),
      ]),
      target('prefix-name', 'Address from address book', [
        list('addr-prefix-name', 'Address from address book', name(), [], TARGET),
      ]),
    ],
  ),
]);

/** `security nat`. */
export const NAT: SchemaNode = container('nat', 'Configure Network Address Translation', [
  SOURCE,
  DESTINATION,
  STATIC,
  unmodelled('proxy-arp', 'Configure proxy ARP'),
  unmodelled('proxy-ndp', 'Configure proxy NDP'),
]);
