import { protocolNumber } from '../_protocols.ts';
import type { Statement } from '../configuration/statement.ts';
import { readAddresses } from './_addresses.ts';
import { type Applications, portsOf } from './_applications.ts';
import { networkOf } from './_prefix-text.ts';
import type { ModelReader } from './_reader.ts';
import type { ConfiguredMatch, ConfiguredTerm } from './configured-model.ts';

/** Protocols with ports: TCP, UDP and SCTP. */
const PORT_PROTOCOLS = [6, 17, 132];

/** Everything that a NAT rule matches: a list, because several applications are several matches. */
export function readMatches(
  reader: ModelReader,
  applications: Applications,
  rule: Statement,
): Omit<ConfiguredMatch, 'from' | 'to'>[] {
  const match = rule.find('match');
  const listOf = (keyword: string) => match?.find(keyword)?.values ?? [];
  const prefixes = (side: string) => {
    const direct = listOf(`${side}-address`).map(networkOf);
    const names = readAddresses(reader, rule, listOf(`${side}-address-name`), null);
    const all = [...direct, ...(names ?? [])];
    // every address
    if (all.some((each) => each.endsWith('/0')) && new Set(all.map((each) => each.includes(':'))).size === 2)
      return null;
    return all.length === 0 && names === null ? null : all;
  };
  const ports = (keyword: string) =>
    (match?.find(keyword)?.children ?? [])
      .filter(({ schema }) => schema !== null)
      .map(({ words }) => (words.length > 1 ? `${portsOf(words[0])}-${words[2]}` : portsOf(words[0])));
  const [source, destination] = [prefixes('source'), prefixes('destination')];
  if (source?.length === 0 || destination?.length === 0) return [];
  const addresses = { ...(source && { source }), ...(destination && { destination }) };
  const [sourcePorts, destinationPorts] = [ports('source-port'), ports('destination-port')];
  const protocols = listOf('protocol').map(protocolNumber);
  const names = applications.resolve(rule, listOf('application'));
  if (names !== null) {
    const terms = names.flatMap((name) => applications.used.get(name) ?? []);
    return terms.map((term) => ({ ...addresses, ...term }));
  }
  const hasPorts = sourcePorts.length + destinationPorts.length > 0;
  const terms: ConfiguredTerm[] = protocols.length > 0 ? protocols.map((protocol) => ({ protocol })) : [{}];
  return terms
    .filter(({ protocol }) => !hasPorts || protocol === undefined || PORT_PROTOCOLS.includes(protocol))
    .map((term) => ({
      ...addresses,
      ...term,
      ...(sourcePorts.length > 0 && { sourcePorts }),
      ...(destinationPorts.length > 0 && { destinationPorts }),
    }));
}

/** Zones of a rule, as far as it names them. */
export function sides(from: string | undefined, to?: string): { from?: string; to?: string } {
  return { ...(from !== undefined && { from }), ...(to !== undefined && { to }) };
}

/** Name of the pool that a rule uses. */
export function poolOf(rule: Statement, kind: string): string | null {
  return (
    rule
      .find('then')
      ?.find(kind)
      ?.find('pool')
      ?.children.find(({ schema }) => schema !== null)?.words[0] ?? null
  );
}

/** Keeps the prefixes of one IP version; `null` if there was none. */
export function ofFamily<T extends { source?: readonly string[]; destination?: readonly string[] }>(
  match: T,
  family: 4 | 6,
): T | null {
  const kept = { ...match };
  for (const side of ['source', 'destination'] as const) {
    const list = match[side];
    if (list === undefined) continue;
    const fitting = list.filter((prefix) => prefix.includes(':') === (family === 6));
    if (fitting.length === 0) return null;
    kept[side] = fitting;
  }
  return kept;
}
