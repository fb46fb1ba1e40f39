import { describe, expect, it } from 'vitest';
import { CONFIGURATION_FORMATS, Configuration, formatConfiguration, parseConfiguration } from '../index.ts';
import { elements, parseXml, textOf } from '../xml.suite.ts';

const { root } = parseConfiguration(`
/* the edge */
system { host-name edge; services { ssh; } }
inactive: chassis { fpc 7 { np-cache; } }
interfaces { xe-7/0/0 { unit 0 { family inet { address 192.0.2.1/24; } } } }
apply-groups [ one two ];
security {
    policies { from-zone trust to-zone untrust { policy p { match { source-address [ a b ]; } then { permit; } } } }
    zones { security-zone trust { interfaces { xe-7/0/0.0; } host-inbound-traffic { system-services { ping; ssh; } } } }
    nat { source { pool p { address { 198.51.100.1/32 to 198.51.100.4/32; } } } }
}
snmp { location "a <b> & c"; 9 x; }
`);

describe('XML', () => {
  const xml = formatConfiguration(root, 'xml', '12.1X44');
  const reply = parseXml(xml);

  it('has the release, and the configuration below the reply', () => {
    expect(reply.attributes['xmlns:junos']).toBe('http://xml.juniper.net/junos/12.1X44/junos');
    expect(reply.children.map(({ name }) => name)).toEqual(['configuration', 'cli']);
  });

  it('has names of the device: lists by element, identifiers as elements of their own', () => {
    const [policies] = elements(reply, 'policies');
    expect(policies.children[0].children.map(({ name, text }) => [name, name === 'policy' ? '' : text])).toEqual([
      ['from-zone-name', 'trust'],
      ['to-zone-name', 'untrust'],
      ['policy', ''],
    ]);
    expect(elements(policies, 'source-address').map(({ text }) => text)).toEqual(['a', 'b']);
    const [zone] = elements(reply, 'security-zone');
    expect(zone.children.map(({ name }) => name)).toEqual(['name', 'interfaces', 'host-inbound-traffic']);
    expect(elements(zone, 'system-services').map((each) => textOf(each, 'name'))).toEqual(['ping', 'ssh']);
    const [address] = elements(elements(reply, 'pool')[0], 'address');
    expect(address.children.map(({ name, text }) => [name, text])).toEqual([
      ['name', '198.51.100.1/32'],
      ['to', '198.51.100.4/32'],
    ]);
  });

  it('has marks, annotations, and text that needs escapes', () => {
    expect(elements(reply, 'chassis')[0].attributes).toEqual({ inactive: 'inactive' });
    expect(xml).toContain('        <junos:comment>/* the edge */</junos:comment>\n        <system>\n');
    expect(textOf(reply, 'location')).toBe('a <b> & c');
    expect(xml).toContain('<ssh/>');
  });
});

describe('JSON', () => {
  const json = JSON.parse(formatConfiguration(root, 'json')).configuration;

  it('has lists as lists, numbers as numbers, keywords as [null]', () => {
    expect(json.chassis.fpc).toEqual([{ name: 7, 'np-cache': [null] }]);
    expect(json['apply-groups']).toEqual(['one', 'two']);
    expect(json.interfaces.interface[0].unit).toEqual([
      { name: 0, family: { inet: { address: [{ name: '192.0.2.1/24' }] } } },
    ]);
    expect(json.security.zones['security-zone'][0].interfaces).toEqual([{ name: 'xe-7/0/0.0' }]);
    expect(json.system.services).toEqual({ ssh: [null] });
  });

  it('has marks and annotations under @', () => {
    expect(json.chassis['@']).toEqual({ inactive: true });
    expect(json.system['@']).toEqual({ comment: '/* the edge */' });
  });
});

describe('a part of a configuration', () => {
  it('is written with the path above it, in the forms that have one', () => {
    const configuration = new Configuration({ active: root });
    const at = 'interfaces xe-7/0/0 unit 0';
    expect(configuration.show(at)).toBe('family inet {\n    address 192.0.2.1/24;\n}\n');
    expect(configuration.show(at, 'set')).toBe('set interfaces xe-7/0/0 unit 0 family inet address 192.0.2.1/24\n');
    const [unit] = elements(parseXml(configuration.show(at, 'xml')), 'unit');
    expect(textOf(unit, 'name')).toBe('0');
    const { interfaces } = JSON.parse(configuration.show(at, 'json')).configuration;
    expect(interfaces.interface[0]).toMatchObject({ name: 'xe-7/0/0', unit: [{ name: 0 }] });
  });

  it('a leaf is itself in every form', () => {
    const configuration = new Configuration({ active: root });
    expect(configuration.show('system host-name')).toBe('host-name edge;\n');
    expect(configuration.show('system host-name', 'set')).toBe('set system host-name edge\n');
    expect(textOf(parseXml(configuration.show('system host-name', 'xml')), 'host-name')).toBe('edge');
    expect(JSON.parse(configuration.show('system host-name', 'json')).configuration).toEqual({
      system: { 'host-name': 'edge' },
    });
    expect(JSON.parse(configuration.show('apply-groups', 'json')).configuration).toEqual({
      'apply-groups': ['one', 'two'],
    });
    expect(configuration.show('chassis fpc 7 np-cache')).toBe('np-cache;\n');
  });

  it('every form ends with a line end', () => {
    for (const format of CONFIGURATION_FORMATS) expect(formatConfiguration(root, format).endsWith('\n')).toBe(true);
  });
});
