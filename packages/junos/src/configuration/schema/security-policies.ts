import { DESCRIPTION } from './_common.ts';
import { APPLICATION_NAMES } from './applications.ts';
import { container, flag, leafList, list, listOf, type SchemaNode } from './schema-node.ts';
import { name } from './value-types.ts';

const POLICY = list(
  'policy',
  'Define security policy in specified zone-to-zone direction',
  name(),
  [
    DESCRIPTION,
    container('match', 'Specify security policy match-criteria', [
      leafList('source-address', 'Match source address', name()),
      leafList('destination-address', 'Match destination address', name()),
      flag('source-address-excluded', 'Exclude source addresses'),
      flag('destination-address-excluded', 'Exclude destination addresses'),
      APPLICATION_NAMES,
      leafList('from-zone', 'Match multiple source zones', name()),
      leafList('to-zone', 'Match multiple destination zones', name()),
    ]),
    container('then', 'Specify policy action to take when packet match criteria', [
      container('permit', 'Permit packets', [], { presence: true, choice: 'action', unmodelled: true }),
      flag('deny', 'Deny packets', { choice: 'action' }),
      container('reject', 'Reject packets', [], { presence: true, choice: 'action', unmodelled: true }),
      container(
        'log',
        'Enable log',
        [flag('session-init', 'Log at session init time'), flag('session-close', 'Log at session close time')],
        { inert: true },
      ),
      flag('count', 'Enable count', { inert: true }),
    ]),
  ],
  { presence: true },
);

/** `security policies`. */
export const POLICIES: SchemaNode = container('policies', 'Configure Network Security Policies', [
  listOf(
    'from-zone',
    'Define a policy context from this zone',
    [
      { name: 'from-zone-name', type: name() },
      { name: 'to-zone-name', type: name(), word: 'to-zone' },
    ],
    [POLICY],
    { presence: true, element: 'policy' },
  ),
  container('global', 'Define a global policy context', [POLICY]),
  container('default-policy', 'Configure default action when no user-defined policy match', [
    flag('permit-all', 'Permit all traffic if no policy match', { choice: 'default' }),
    flag('deny-all', 'Deny all traffic if no policy match', { choice: 'default' }),
  ]),
]);
