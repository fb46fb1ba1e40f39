import { PROTOCOL_SCTP, PROTOCOL_TCP, PROTOCOL_UDP, parseProtocol, protocolName, selectorKind } from '@midplane/flow';
import { PREDEFINED_APPLICATIONS } from './_applications.ts';
import { type PortRange, readMembers, readObject, readOneOrMore, readPorts, refuse } from './_check.ts';
import { readPrefix } from './_prefix.ts';
import { ANY, type Match, type Term } from './_rule-list.ts';

/** Keys of `MatchConfiguration`. */
export const MATCH_KEYS = [
  'from',
  'to',
  'source',
  'destination',
  'protocol',
  'sourcePorts',
  'destinationPorts',
] as const;
const TERM_KEYS = ['protocol', 'sourcePorts', 'destinationPorts'] as const;
const ALL_PORTS: readonly PortRange[] = [{ low: 0, high: 65_535 }];

/** Returns what a rule matches, from its keys. */
export function readMatch(rule: Readonly<Record<string, unknown>>, path: string, zones: readonly string[]): Match {
  return {
    from: readZone(rule['from'], `${path}.from`, zones),
    to: readZone(rule['to'], `${path}.to`, zones),
    source: readOneOrMore(rule['source'], `${path}.source`, readPrefix),
    destination: readOneOrMore(rule['destination'], `${path}.destination`, readPrefix),
    terms: readTerms(rule, path),
  };
}

function readZone(value: unknown, path: string, zones: readonly string[]): number {
  if (value === undefined || value === 'any') return ANY;
  const must = `be a zone (${['any', ...zones].join(', ')})`;
  if (typeof value !== 'string') refuse('shape', path, must, value);
  const zone = zones.indexOf(value);
  return zone >= 0 ? zone : refuse('value', path, must, value);
}

/** Returns protocols and ports as terms; none if all of them match. */
function readTerms(rule: Readonly<Record<string, unknown>>, path: string): Term[] {
  const protocols = readOneOrMore(rule['protocol'], `${path}.protocol`, readProtocol);
  const source = readOneOrMore(rule['sourcePorts'], `${path}.sourcePorts`, (ports, at) => readPorts(ports, at));
  const destination = readOneOrMore(rule['destinationPorts'], `${path}.destinationPorts`, (p, at) => readPorts(p, at));
  const hasPorts = source.length + destination.length > 0;
  const without = protocols.find((protocol) => selectorKind(protocol) !== 'ports');
  if (hasPorts && without !== undefined) {
    refuse('value', `${path}.protocol`, 'be one that has ports (tcp, udp, sctp)', protocolName(without));
  }
  if (!hasPorts && protocols.length === 0) return [];
  const list = protocols.length > 0 ? protocols : [PROTOCOL_TCP, PROTOCOL_UDP, PROTOCOL_SCTP];
  return list.flatMap((protocol) =>
    (source.length > 0 ? source : ALL_PORTS).flatMap((from) =>
      (destination.length > 0 ? destination : ALL_PORTS).map((to) => ({ protocol, source: from, destination: to })),
    ),
  );
}

function readProtocol(value: unknown, path: string): number {
  const must = 'be a protocol by name such as tcp, or its number from 0 to 255';
  if (typeof value !== 'string' && typeof value !== 'number') refuse('shape', path, must, value);
  try {
    return parseProtocol(String(value));
  } catch {
    return refuse('value', path, must, value);
  }
}

/** Returns the terms of every application: predefined ones, then those of `applications`, which may replace them. */
export function readApplications(value: unknown): ReadonlyMap<string, readonly Term[]> {
  const all = new Map<string, readonly Term[]>();
  const read = (term: unknown, path: string) => readTerms(readObject(term, path, TERM_KEYS), path);
  for (const [name, terms] of PREDEFINED_APPLICATIONS) all.set(name, readOneOrMore(terms, name, read).flat());
  for (const { key, value: terms, path } of readMembers(value, 'applications', 'applications by name')) {
    const list = readOneOrMore(terms, path, read).flat();
    if (list.length === 0) refuse('value', path, 'have a protocol or ports', terms);
    all.set(key, list);
  }
  return all;
}

/** Returns the terms of the applications that `value` names. */
export function readApplicationNames(
  value: unknown,
  path: string,
  applications: ReadonlyMap<string, readonly Term[]>,
): Term[] {
  return readOneOrMore(value, path, (name, at) => {
    const must = 'be the name of an application such as junos-https, or one of applications';
    if (typeof name !== 'string') refuse('shape', at, must, name);
    return applications.get(name) ?? refuse('value', at, must, name);
  }).flat();
}
