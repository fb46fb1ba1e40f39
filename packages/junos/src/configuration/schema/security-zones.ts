import { DESCRIPTION } from './_common.ts';
import { container, flag, leaf, list, listOf, type SchemaNode, unmodelled } from './schema-node.ts';
import { ADDRESS, LOGICAL_INTERFACE, name, PREFIX } from './value-types.ts';

/** Entries of an address book. */
const ENTRIES: readonly SchemaNode[] = [
  list(
    'address',
    'Define a security address',
    name(),
    [
      DESCRIPTION,
      list('prefix', 'Numeric IPv4 or IPv6 address with prefix', PREFIX, [], {
        bare: true,
        presence: true,
        choice: 'address',
        element: 'ip-prefix',
      }),
      listOf(
        'range-address',
        'Address range',
        [
          { name: 'name', type: ADDRESS },
          { name: 'range-high', type: ADDRESS, word: 'to' },
        ],
        [],
        { presence: true, choice: 'address' },
      ),
      leaf('dns-name', 'DNS address name', name(255), { choice: 'address' }),
      leaf('wildcard-address', 'Numeric IPv4 wildcard address', name(), { choice: 'address' }),
    ],
    { presence: true, oneLine: true },
  ),
  list(
    'address-set',
    'Define a security address set',
    name(),
    [
      DESCRIPTION,
      list('address', 'Security address name', name(), [], { presence: true }),
      list('address-set', 'Define an address-set name', name(), [], { presence: true }),
    ],
    { presence: true },
  ),
];

/** `security address-book`. */
export const ADDRESS_BOOK: SchemaNode = list(
  'address-book',
  'Security address book',
  name(),
  [
    DESCRIPTION,
    ...ENTRIES,
    container('attach', 'Attach this address book to interfaces, zones or routing-instances', [
      list('zone', 'Define a zone to be attached', name(), [], { presence: true }),
    ]),
  ],
  { presence: true },
);

/** What may come to the device itself. It is kept and does nothing. */
const HOST_INBOUND = container(
  'host-inbound-traffic',
  'Allowed system services & protocols',
  [
    container('system-services', 'Type of incoming system-service traffic to allow', [
      list(
        'system-service',
        'Type of incoming system-service traffic to allow',
        name(),
        [flag('except', 'Type of incoming traffic to disallow')],
        { element: 'system-services', bare: true, presence: true, oneLine: true },
      ),
    ]),
    container('protocols', 'Protocol type of incoming traffic to accept', [
      list(
        'protocol',
        'Protocol type of incoming traffic to accept',
        name(),
        [flag('except', 'Protocol type of incoming traffic to disallow')],
        { element: 'protocols', bare: true, presence: true, oneLine: true },
      ),
    ]),
  ],
  { inert: true },
);

/** `security zones`. */
export const ZONES: SchemaNode = container('zones', 'Zone configuration', [
  list(
    'security-zone',
    'Security zones',
    name(),
    [
      DESCRIPTION,
      flag('tcp-rst', 'Send RST for NON-SYN packet not matching TCP session', { inert: true }),
      flag('application-tracking', 'Enable Application tracking support for this zone'),
      leaf('screen', 'Name of ids option object applied to the zone', name(), { inert: true }),
      container('address-book', 'Address book entries', ENTRIES),
      HOST_INBOUND,
      container('interfaces', 'Interfaces that are part of this zone', [
        list('interface', 'Interface that is part of this zone', LOGICAL_INTERFACE, [HOST_INBOUND], {
          bare: true,
          presence: true,
          element: 'interfaces',
        }),
      ]),
    ],
    { presence: true },
  ),
  unmodelled('functional-zone', 'Functional zone'),
]);
