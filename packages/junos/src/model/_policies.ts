import type { Statement } from '../configuration/statement.ts';
import { readAddresses } from './_addresses.ts';
import type { Applications } from './_applications.ts';
import { type ModelReader, named } from './_reader.ts';
import type { ConfiguredDevice, ConfiguredPolicy } from './configured-model.ts';

const ACTIONS = ['permit', 'deny', 'reject'] as const;

/** Policies between zones, then global ones. */
export function readPolicies(
  reader: ModelReader,
  applications: Applications,
  zones: readonly string[],
): Pick<ConfiguredDevice, 'policies' | 'defaultPolicy'> {
  const level = reader.find('security', 'policies');
  if (level === undefined && zones.length === 0) {
    reader.warn(
      reader.root,
      'neither zones nor policies are configured: sessions are permitted, a device would deny them',
    );
    return {};
  }
  const policies: ConfiguredPolicy[] = [];
  const names = new Set<string>();
  const read = (policy: Statement, from: readonly string[], to: readonly string[]) => {
    const why = readPolicy(reader, applications, policy, from, to, zones, add);
    if (why !== null) reader.warn(policy, `policy ${policy.words[1]} is left out: ${why}`);
  };
  const add = (policy: ConfiguredPolicy) => {
    const id = (name: string) => `${policy.from ?? 'any'} ${policy.to ?? 'any'} ${name}`;
    let { name } = policy;
    // a global policy may have the name of one between its zones
    for (let n = 1; names.has(id(name)); n++) name = `${policy.name.slice(0, 48)}-global${n > 1 ? `-${n}` : ''}`;
    names.add(id(name));
    policies.push({ ...policy, name });
  };
  for (const context of named(level, 'from-zone')) {
    const [, from, , to] = context.words;
    for (const policy of named(context, 'policy')) read(policy, [from], [to]);
  }
  for (const policy of named(level?.find('global'), 'policy')) {
    const [from, to] = ['from-zone', 'to-zone'].map((side) => policy.find('match')?.find(side)?.values ?? ['any']);
    read(policy, from, to);
  }
  const permits = level?.find('default-policy')?.find('permit-all') !== undefined;
  return { ...(policies.length > 0 && { policies }), defaultPolicy: permits ? 'permit' : 'deny' };
}

/** Returns why a policy, or a part of it, is left out. */
function readPolicy(
  reader: ModelReader,
  applications: Applications,
  policy: Statement,
  fromZones: readonly string[],
  toZones: readonly string[],
  zones: readonly string[],
  add: (policy: ConfiguredPolicy) => void,
): string | null {
  const [, name] = policy.words;
  const match = policy.find('match');
  const action = ACTIONS.find((each) => policy.find('then')?.find(each) !== undefined);
  if (action === undefined) return 'it has no action';
  for (const side of ['source', 'destination']) {
    if (match?.find(`${side}-address-excluded`)) return `${side}-address-excluded is not part of the model`;
  }
  const application = applications.resolve(policy, match?.find('application')?.values ?? []);
  if (application?.length === 0) return 'the model knows none of its applications';
  let why: string | null = null;
  for (const from of fromZones) {
    for (const to of toZones) {
      if (from === 'junos-host' || to === 'junos-host') {
        why = 'traffic of the device itself is not part of the model';
        continue;
      }
      const missing = [from, to].find((zone) => zone !== 'any' && !zones.includes(zone));
      if (missing !== undefined) {
        why = `zone ${missing} is not configured`;
        continue;
      }
      const source = readAddresses(
        reader,
        policy,
        match?.find('source-address')?.values ?? [],
        from === 'any' ? null : from,
      );
      const destination = readAddresses(
        reader,
        policy,
        match?.find('destination-address')?.values ?? [],
        to === 'any' ? null : to,
      );
      if (source?.length === 0 || destination?.length === 0) {
        why = 'the model knows none of its addresses';
        continue;
      }
      add({
        name,
        ...(from !== 'any' && { from }),
        ...(to !== 'any' && { to }),
        ...(source !== null && { source }),
        ...(destination !== null && { destination }),
        ...(application !== null && { application }),
        action,
      });
    }
  }
  return why;
}
