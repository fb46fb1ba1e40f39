import { FLOW_KEY_PROTOCOL, FLOW_KEY_SOURCE } from '@midplane/flow';
import { formatSessionId, sessionIdOf } from '@midplane/spu-id';
import type { CompiledConfiguration } from '../configuration/compile-configuration.ts';
import type { Sides } from '../ingress/sides.ts';
import type { Regime } from '../regime/regime.ts';
import { Admission } from '../spu/admission.ts';
import type { Spu } from '../spu/spu.ts';
import type { SessionSource } from './session-source.ts';

/** What is read about a session beyond its table. */
export type SessionDetails = Pick<
  SessionSource,
  'policyOf' | 'ingressOf' | 'egressOf' | 'recordIdOf' | 'leafInterfaceOf'
>;

/** Makes the readers of policy, interface and central point record of a path. */
export function sessionDetails(
  spus: readonly Spu[],
  regime: Regime,
  sessionIdStride: number,
  configuration: CompiledConfiguration | undefined,
  sides: () => Sides | undefined,
): SessionDetails {
  const recordIdOf = (spuId: number, flow: number): string => {
    const record = regime.recordOf(
      spus.findIndex(({ spec }) => spec.spuId === spuId),
      flow,
    );
    if (record === undefined) return '0';
    return formatSessionId(sessionIdOf(spus[record.position].spec.spuId, record.index, sessionIdStride));
  };
  if (configuration === undefined) return { recordIdOf };
  const admission = new Admission(configuration);
  const ingressOf = (key: Int32Array): number => sides()?.ingressOf(key) ?? -1;
  // a commit exchanges the tables
  return {
    recordIdOf,
    policyOf: (key) => {
      admission.admit(key, 0, ingressOf(key));
      const { policies } = configuration;
      return { name: policies.names[admission.policy], index: policies.numbers[admission.policy] };
    },
    leafInterfaceOf: (key, leaf) => {
      const { interfaces, multicast } = configuration;
      return interfaces.names[multicast.interfaces[multicast.find(key, 0)]?.[leaf]];
    },
    ingressOf: (key) => configuration.interfaces.names[ingressOf(key)],
    egressOf(key, name) {
      const { interfaces } = configuration;
      const ingress = name === undefined ? -1 : interfaces.indexOf(name);
      return interfaces.names[interfaces.findEgress(key, FLOW_KEY_SOURCE, key[FLOW_KEY_PROTOCOL] >>> 8, ingress)];
    },
  };
}
