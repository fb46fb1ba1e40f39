import { DESCRIPTION } from './_common.ts';
import { container, leaf, leafList, list, type SchemaNode } from './schema-node.ts';
import { name, PORTS, PROTOCOL, timeout } from './value-types.ts';

/** What an application and a part of one may say. */
const MATCH: readonly SchemaNode[] = [
  leaf('protocol', 'Match IP protocol type', PROTOCOL),
  leaf('source-port', 'Match TCP/UDP source port', PORTS),
  leaf('destination-port', 'Match TCP/UDP destination port', PORTS),
  leaf('icmp-type', 'Match ICMP message type', name()),
  leaf('icmp-code', 'Match ICMP message code', name()),
  leaf('alg', 'Application Layer Gateway', name(), { inert: true }),
  leaf('inactivity-timeout', 'Application-specific inactivity timeout (seconds)', timeout(4, 86_400), { inert: true }),
];

/** `applications`. */
export const APPLICATIONS: SchemaNode = container('applications', 'Define applications by protocol characteristics', [
  list(
    'application',
    'Define an application',
    name(),
    [
      DESCRIPTION,
      ...MATCH,
      list('term', 'Define individual application protocols', name(), MATCH, {
        presence: true,
        inline: true,
      }),
    ],
    { presence: true },
  ),
  list(
    'application-set',
    'Define an application set',
    name(),
    [
      DESCRIPTION,
      list('application', 'Application to be included in the set', name(), [], { presence: true }),
      list('application-set', 'Define an application set', name(), [], { presence: true }),
    ],
    { presence: true },
  ),
]);

/** Names of applications. */
export const APPLICATION_NAMES: SchemaNode = leafList('application', 'Port-based application', name());
