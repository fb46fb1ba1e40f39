import { z } from 'zod';
import { choice, list, object, text, whole } from './_must.ts';

const name = text('be a name');
const prefix = text('be a prefix such as 10.0.0.0/8 or 2001:db8::/32, or one address');
const prefixes = oneOrMore(prefix, 'be a prefix such as 10.0.0.0/8, or a list of them');
const INTERFACE = 'be an interface such as xe-7/0/0';
const PORT = 'be a port, or a range such as 8000-8099';
const port = z.union([whole(0, 65_535), text(PORT)], PORT);
const ports = oneOrMore(port, 'be a port, a range such as 8000-8099, or a list of them');
const PROTOCOL = 'be a protocol such as tcp or 47';
const protocols = oneOrMore(
  z.union([whole(0, 255), text(PROTOCOL)], PROTOCOL),
  'be a protocol such as tcp or 47, or a list of them',
);
const MOST_RULES = 10_000;

/** One value or a list of them. */
function oneOrMore(item: z.ZodType, must: string): z.ZodType {
  return z.union([item, z.array(item, must)], must);
}

/** Members of one kind by a name of one's own. */
function byName(item: z.ZodType, must: string): z.ZodType {
  return z.record(z.string(), item, must);
}

const service = {
  protocol: protocols.exactOptional(),
  sourcePorts: ports.exactOptional(),
  destinationPorts: ports.exactOptional(),
};
const destinationMatch = {
  from: name.exactOptional(),
  source: prefixes.exactOptional(),
  destination: prefixes.exactOptional(),
  ...service,
};
const match = { ...destinationMatch, to: name.exactOptional() };

const SOURCE_TRANSLATE = 'be off, interface, { pool: name } or { static: prefix }';
const DESTINATION_TRANSLATE = 'be off, { address, port } or { static: prefix }';

const MOST_CHARACTERS = 16_777_216;
const JUNOS = 'be a Junos configuration, in curly form or as set lines';
const junos = z.string(JUNOS).min(1, JUNOS).max(MOST_CHARACTERS, `have at most ${MOST_CHARACTERS} characters`);

const own = object({
  junos: junos.exactOptional(),
  file: text('be the path of a file with a Junos configuration').exactOptional(),
  zones: byName(z.array(text(INTERFACE)), 'be interfaces by zone').exactOptional(),
  sides: byName(text(INTERFACE), 'be interfaces by the prefix behind them').exactOptional(),
  interfaces: byName(
    object({ addresses: oneOrMore(text('be an address'), 'be an address, or a list of them') }),
    'be interfaces by name',
  ).exactOptional(),
  applications: byName(
    oneOrMore(object(service), 'be a protocol with ports, or a list of them'),
    'be applications by name',
  ).exactOptional(),
  policies: list(
    object({
      name,
      ...match,
      application: oneOrMore(name, 'be an application, or a list of them').exactOptional(),
      action: choice(['permit', 'deny', 'reject']),
    }),
    0,
    MOST_RULES,
  ).exactOptional(),
  defaultPolicy: choice(['permit', 'deny', 'reject']).exactOptional(),
  sourceNat: object({
    pools: byName(
      object({
        addresses: oneOrMore(text('be addresses'), 'be an address, a prefix, a range, or a list of them'),
        ports: text('be a range of ports such as 1024-65535').exactOptional(),
      }),
      'be pools by name',
    ).exactOptional(),
    rules: list(
      object({
        name: name.exactOptional(),
        ...match,
        translate: z.union(
          [choice(['off', 'interface']), object({ pool: name }), object({ static: prefix })],
          SOURCE_TRANSLATE,
        ),
      }),
      0,
      MOST_RULES,
    ).exactOptional(),
  }).exactOptional(),
  destinationNat: list(
    object({
      name: name.exactOptional(),
      ...destinationMatch,
      translate: z.union(
        [
          choice(['off']),
          object({ address: text('be an address'), port: whole(1, 65_535).exactOptional() }),
          object({ static: prefix }),
        ],
        DESTINATION_TRANSLATE,
      ),
    }),
    0,
    MOST_RULES,
  ).exactOptional(),
  multicast: list(
    object({
      group: prefix,
      source: prefixes.exactOptional(),
      interfaces: list(text(INTERFACE), 1, 64),
    }),
    0,
    MOST_RULES,
  ).exactOptional(),
  forwarding: object({ inet6: choice(['flow-based', 'drop']).exactOptional() }).exactOptional(),
  flow: object({ synCheck: z.boolean('be true or false').exactOptional() }).exactOptional(),
  npCache: list(whole(0, 11), 0, 12).exactOptional(),
});

/**
 * The device's configuration: a Junos text, or the shape of `DeviceConfiguration` of `@midplane/pipeline` with one;
 * what its parts must be together, such as a pool that a rule names, is checked by `compileConfiguration`.
 */
export const configurationSchema: z.ZodType = z.union([junos, own], 'be a Junos configuration as text, or an object');
