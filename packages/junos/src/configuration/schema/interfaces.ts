import { DESCRIPTION } from './_common.ts';
import { container, flag, leaf, list, type SchemaNode } from './schema-node.ts';
import { INTERFACE, INTERFACE_ADDRESS, integer, name } from './value-types.ts';

const ADDRESS = list(
  'address',
  'Interface address and prefix',
  INTERFACE_ADDRESS,
  [flag('primary', 'Candidate for primary address in system'), flag('preferred', 'Preferred address on interface')],
  { presence: true },
);

/** `interfaces`. */
export const INTERFACES: SchemaNode = container('interfaces', 'Interface configuration', [
  list(
    'interface',
    'Interface name',
    INTERFACE,
    [
      DESCRIPTION,
      flag('disable', 'Disable this interface'),
      flag('vlan-tagging', '802.1q VLAN tagging support'),
      leaf('mtu', 'Maximum transmit packet size', integer(256, 9192), { inert: true }),
      container('gigether-options', 'Gigabit Ethernet interface-specific options', [
        leaf('redundant-parent', 'Parent of this interface', name(), { element: 'redundant-parent' }),
        leaf('802.3ad', 'IEEE 802.3ad parent of this interface', name(), { element: 'ieee-802.3ad' }),
      ]),
      container('redundant-ether-options', 'Ethernet redundancy options', [
        leaf('redundancy-group', 'Redundancy group of this interface', integer(1, 128)),
      ]),
      list(
        'unit',
        'Logical interface',
        integer(0, 16_385),
        [
          DESCRIPTION,
          flag('disable', 'Disable this logical interface'),
          leaf('vlan-id', 'Virtual LAN identifier value for 802.1q VLAN tags', integer(1, 4094), { inert: true }),
          container(
            'family',
            'Protocol family',
            [
              container(
                'inet',
                'IPv4 parameters',
                [ADDRESS, leaf('mtu', 'Protocol family maximum transmission unit', integer(68, 9192), { inert: true })],
                { presence: true },
              ),
              container(
                'inet6',
                'IPv6 protocol parameters',
                [
                  ADDRESS,
                  leaf('mtu', 'Protocol family maximum transmission unit', integer(1280, 9192), { inert: true }),
                ],
                { presence: true },
              ),
              container('mpls', 'MPLS protocol parameters', [], { presence: true }),
              container('iso', 'OSI ISO protocol parameters', [], { presence: true }),
            ],
            { joined: true },
          ),
        ],
        { presence: true, sorted: true },
      ),
    ],
    { bare: true, presence: true, sorted: true },
  ),
]);
