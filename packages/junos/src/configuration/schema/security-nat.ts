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
  list(
    'rule-set',
    'Configure a set of rules',
    name(),
    [
      DESCRIPTION,
      side('from', 'Where is the traffic from'),
      side('to', 'Where is the traffic to'),
      list(
        'rule',
        'Source NAT rule',
        name(),
        [
          DESCRIPTION,
          container(
            'match',
            'Specify Source NAT rule match criteria',
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
            { element: 'src-nat-rule-match' },
          ),
          container('then', 'Then action', [
            container('source-nat', 'Source NAT action', [
              flag('off', 'No action', { choice: 'action' }),
              container('interface', 'Use egress interface address', [], {
                presence: true,
                choice: 'action',
                unmodelled: true,
              }),
              container(
                'pool',
                'Use Source NAT pool',
                [
                  list('name', 'Name of Source NAT pool', name(), [], {
                    bare: true,
                    presence: true,
                    element: 'pool-name',
                    choice: 'pool',
                  }),
                ],
                { choice: 'action' },
              ),
            ]),
          ]),
        ],
        { presence: true },
      ),
    ],
    { presence: true },
  ),
]);

const DESTINATION = container('destination', 'Configure Destination NAT', [
  list('pool', 'Define a destination address pool', name(), [DESCRIPTION, POOL_ADDRESS], { presence: true }),
  list(
    'rule-set',
    'Configure a set of rules',
    name(),
    [
      DESCRIPTION,
      side('from', 'Where is the traffic from'),
      list(
        'rule',
        'Destination NAT rule',
        name(),
        [
          DESCRIPTION,
          container(
            'match',
            'Specify Destination NAT rule match criteria',
            [
              SOURCE_ADDRESS,
              SOURCE_ADDRESS_NAME,
              leaf('destination-address', 'Destination address', PREFIX),
              DESTINATION_ADDRESS_NAME,
              portList('destination-port', 'Destination port'),
              PROTOCOLS,
              APPLICATION_NAMES,
            ],
            { element: 'dest-nat-rule-match' },
          ),
          container('then', 'Then action', [
            container('destination-nat', 'Destination NAT action', [
              flag('off', 'No action', { choice: 'action' }),
              container(
                'pool',
                'Use Destination NAT pool',
                [
                  list('name', 'Name of Destination NAT pool', name(), [], {
                    bare: true,
                    presence: true,
                    element: 'pool-name',
                    choice: 'pool',
                  }),
                ],
                { choice: 'action' },
              ),
            ]),
          ]),
        ],
        { presence: true },
      ),
    ],
    { presence: true },
  ),
]);

const STATIC = container('static', 'Configure Static NAT', [
  list(
    'rule-set',
    'Configure a set of rules',
    name(),
    [
      DESCRIPTION,
      side('from', 'Where is the traffic from'),
      list(
        'rule',
        'Static NAT rule',
        name(),
        [
          DESCRIPTION,
          container(
            'match',
            'Specify Static NAT rule match criteria',
            [
              SOURCE_ADDRESS,
              SOURCE_ADDRESS_NAME,
              leaf('destination-address', 'Destination address', PREFIX),
              leaf('destination-address-name', 'Address from address book', name()),
              portList('destination-port', 'Destination port'),
            ],
            { element: 'static-nat-rule-match' },
          ),
          container('then', 'Then action', [
            container('static-nat', 'Static NAT action', [
              container(
                'prefix',
                'Address prefix',
                [
                  list('addr-prefix', 'Address prefix', PREFIX, [], { bare: true, presence: true, choice: 'prefix' }),
                  leaf('mapped-port', 'Port to be mapped', PORT),
                  leaf('routing-instance', 'Routing instance', name()),
                ],
                { choice: 'action' },
              ),
              container(
                'prefix-name',
                'Address from address book',
                [
                  list('addr-prefix-name', 'Address from address book', name(), [], {
                    bare: true,
                    presence: true,
                    choice: 'prefix',
                  }),
                ],
                { choice: 'action' },
              ),
            ]),
          ]),
        ],
        { presence: true },
      ),
    ],
    { presence: true },
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
