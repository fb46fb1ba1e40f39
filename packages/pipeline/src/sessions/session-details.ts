import { FLOW_KEY_PROTOCOL, FLOW_KEY_SOURCE } from '@midplane/flow';
import { formatSessionId, sessionIdOf } from '@midplane/spu-id';
import type { CompiledConfiguration } from '../configuration/compile-configuration.ts';
import type { Regime } from '../regime/regime.ts';
import { Admission } from '../spu/admission.ts';
import type { Spu } from '../spu/spu.ts';
import type { SessionSource } from './session-source.ts';

/** What is read about a session beyond its table. */
export type SessionDetails = Pick<SessionSource, 'policyOf' | 'interfaceOf' | 'recordIdOf' | 'leafInterfaceOf'>;

/** Makes the readers of policy, interface and central point record of a path. */
export function sessionDetails(
  spus: readonly Spu[],
  regime: Regime,
  sessionIdStride: number,
  configuration: CompiledConfiguration | undefined,
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
  const { interfaces, policies, multicast } = configuration;
  return {
    recordIdOf,
    // the policy depends on the key of the first packet alone
    policyOf: (key) => {
      admission.admit(key, 0);
      return { name: policies.names[admission.policy], index: policies.numbers[admission.policy] };
    },
    leafInterfaceOf: (key, leaf) => interfaces.names[multicast.interfaces[multicast.find(key, 0)][leaf]],
    interfaceOf: (key) => interfaces.names[interfaces.find(key, FLOW_KEY_SOURCE, key[FLOW_KEY_PROTOCOL] >>> 8)],
  };
}
