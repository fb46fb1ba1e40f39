import { unmodelledOf } from './_common.ts';
import { APPLICATIONS } from './applications.ts';
import { CHASSIS } from './chassis.ts';
import { INTERFACES } from './interfaces.ts';
import { container, leaf, leafList, list, type SchemaNode } from './schema-node.ts';
import { FLOW } from './security-flow.ts';
import { NAT } from './security-nat.ts';
import { POLICIES } from './security-policies.ts';
import { ADDRESS_BOOK, ZONES } from './security-zones.ts';
import type { ValueType } from './value-types.ts';
import { integer, name, oneOf, PREFIX, TEXT } from './value-types.ts';

const SYSTEM = container('system', 'System parameters', [
  leaf('host-name', 'Hostname for this router', name(255)),
  leaf('domain-name', 'Domain name for this router', name(255), { inert: true }),
  leaf('time-zone', 'Time zone name or POSIX-compliant time zone string', name(255), { inert: true }),
  ...unmodelledOf({
    'root-authentication': 'Authentication information for the root login',
    login: 'Names, login classes, and passwords for users',
    services: 'System services',
    syslog: 'System logging facility',
    ntp: 'Network Time Protocol services',
  }),
]);

/** Fidelity: assumed. That hash-based distribution and the normal one can be chosen is documented, other words are ours. */
const FORWARDING_PROCESS = container('forwarding-process', 'Process packet forwarding', [
  container('application-services', 'Application service configuration', [
    leaf(
      'packet-ordering-mode',
      'Packet ordering mode',
      oneOf({ hardware: 'Hardware mode', software: 'Software mode' }),
    ),
    leaf(
      'session-distribution-mode',
      'Session distribution mode',
      oneOf({
        'hash-based': 'Hash-based distribution',
        normal: 'Normal (round-robin) distribution',
        'rr-based': 'Round-robin distribution',
        wrr: 'Weighted round-robin distribution',
        adaptive: 'Adaptive distribution',
      }),
    ),
  ]),
]);

const FORWARDING_MODE = leaf(
  'mode',
  'Forwarding mode',
  oneOf({
    drop: 'Disable forwarding',
    'flow-based': 'Enable flow-based forwarding',
    'packet-based': 'Enable packet-based forwarding',
  }),
);

const SECURITY = container('security', 'Security configuration', [
  FLOW,
  FORWARDING_PROCESS,
  container('forwarding-options', 'Security-forwarding-options configuration', [
    container('family', 'Security forwarding-options for family', [
      container('inet6', 'Family IPv6', [FORWARDING_MODE]),
      container('mpls', 'Family MPLS', [FORWARDING_MODE]),
      container('iso', 'Family ISO', [FORWARDING_MODE]),
    ]),
  ]),
  ADDRESS_BOOK,
  NAT,
  POLICIES,
  ZONES,
  ...unmodelledOf({
    alg: 'Configure ALG security options',
    ike: 'IKE configuration',
    ipsec: 'IPSec configuration',
    idp: 'Configure IDP',
    log: 'Configure security log',
    screen: 'Configure screen feature',
    utm: 'Content security service configuration',
  }),
]);

const STATIC = container('static', 'Static routes', [
  list(
    'route',
    'Static route',
    PREFIX,
    [
      leafList('next-hop', 'Next hop to destination', name(64)),
      list(
        'qualified-next-hop',
        'Next hop with qualifiers',
        name(64),
        [
          leaf('preference', 'Preference of qualified next hop', integer(0, 4_294_967_295)),
          leaf('metric', 'Metric of qualified next hop', integer(0, 4_294_967_295)),
        ],
        { presence: true },
      ),
    ],
    { oneLine: true, presence: true },
  ),
]);

const ROUTING_OPTIONS = container('routing-options', 'Protocol-independent routing option configuration', [
  STATIC,
  list('rib', 'Routing table options', name(), [STATIC]),
]);

/** The name of a group, which may hold `${node}`. */
const GROUP: ValueType = { shown: '<group-name>', check: (text) => name(255).check(text.replace(`\${node}`, 'node')) };

/** Statements of the highest level, and of groups. */
const TOP: readonly SchemaNode[] = [
  leaf('version', 'Software version information', TEXT),
  SYSTEM,
  CHASSIS,
  SECURITY,
  APPLICATIONS,
  INTERFACES,
  ROUTING_OPTIONS,
  ...unmodelledOf({
    'access-profile': 'Access profile for this instance',
    'class-of-service': 'Class-of-service configuration',
    'event-options': 'Event processing configuration',
    firewall: 'Define a firewall configuration',
    'forwarding-options': 'Configure options to control packet forwarding',
    'policy-options': 'Policy option configuration',
    protocols: 'Routing protocol configuration',
    'routing-instances': 'Routing instance configuration',
    snmp: 'Simple Network Management Protocol configuration',
    vlans: 'VLAN configuration',
  }),
];

/** What stands above everything. */
export const ROOT_SCHEMA: SchemaNode = container('configuration', 'Configuration', [
  ...TOP.slice(0, 1),
  container('groups', 'Configuration groups', [
    list('group', 'Group', name(255), TOP, { bare: true, presence: true, element: 'groups' }),
  ]),
  leafList('apply-groups', 'Groups from which to inherit configuration data', GROUP),
  ...TOP.slice(1),
]);
