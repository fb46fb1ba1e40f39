import fc from 'fast-check';

const zone = fc.constantFrom('trust', 'untrust', 'dmz');
const prefix = fc.constantFrom(
  '10.0.0.0/8',
  '192.0.2.1/32',
  '192.0.2.0/24',
  '198.51.100.7/32',
  '203.0.113.0/28',
  '2001:db8::/32',
  '2001:db8::7/128',
);
const entry = fc.constantFrom('h1', 'h2', 's1', 'any', 'any-ipv4', 'any-ipv6', 'nobody');
const application = fc.constantFrom('any', 'junos-http', 'junos-sip', 'junos-nothing', 'a1', 'a2', 'set1');
const port = fc.constantFrom('80', '443', 'http', '1024', '65535');
const line = (strings: TemplateStringsArray, ...parts: fc.Arbitrary<string>[]) =>
  fc.tuple(...parts).map((values) => strings.map((text, i) => text + (values[i] ?? '')).join(''));
const unit = fc.constantFrom('xe-7/0/0.0', 'xe-7/0/1.5', 'reth0.0', 'st0.1', 'xe-8/0/0.0');
const n = fc.constantFrom('1', '2', '3');

/** Lines that make others mean something. */
const BASE = `set security zones security-zone trust interfaces xe-7/0/0.0
set security zones security-zone untrust interfaces xe-7/0/1.5
set security zones security-zone dmz
set interfaces xe-7/0/0 unit 0 family inet address 192.0.2.1/24
set interfaces xe-7/0/1 unit 5 family inet address 203.0.113.1/24
set security nat source pool q1 address 198.51.100.10/32
set security nat destination pool d1 address 10.0.0.9/32
`;
const RULES = ['source', 'destination', 'static'].flatMap((kind) =>
  ['r1', 'r2', 'r3'].flatMap((set) => [
    `set security nat ${kind} rule-set ${set} from zone trust`,
    ...['u1', 'u2', 'u3'].map((rule) => `set security nat ${kind} rule-set ${set} rule ${rule}`),
  ]),
);

/** `set` lines that configure zones, addresses, applications, policies and NAT, some of them at odds with each other. */
export const DEVICE_TEXT: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      line`set security zones security-zone ${zone} interfaces ${unit}`,
      line`set security zones security-zone ${zone}`,
      line`set interfaces xe-7/0/0 unit 0 family ${fc.constantFrom('inet address 192.0.2.1/24', 'inet address 10.0.0.1/8', 'inet6 address 2001:db8::1/64')}`,
      line`set interfaces xe-7/0/1 unit 5 family ${fc.constantFrom('inet address 203.0.113.1/24', 'inet address 203.0.113.2/24 primary')}`,
      line`set interfaces reth0 unit 0 family inet address ${prefix}`,
      fc.constant('set interfaces xe-8/0/0 gigether-options redundant-parent reth0'),
      line`set routing-options static route ${prefix} next-hop ${fc.constantFrom('192.0.2.254', '203.0.113.9', 'xe-7/0/0.0', '8.8.8.8')}`,
      line`set security address-book global address h${n} ${prefix}`,
      line`set security address-book global address h${n} range-address 10.0.0.1 to 10.0.0.${n}`,
      line`set security address-book global address-set s${n} address h${n}`,
      line`set security address-book global address-set s${n} address-set s${n}`,
      line`set applications application a${n} protocol ${fc.constantFrom('tcp', 'udp', 'icmp', '132')}`,
      line`set applications application a${n} destination-port ${port}`,
      line`set applications application a${n} term t protocol tcp source-port ${port}`,
      line`set applications application-set set${n} application a${n}`,
      line`set applications application-set set${n} application-set set${n}`,
      line`set security policies from-zone ${zone} to-zone ${zone} policy p${n} then permit`,
      line`set security policies from-zone ${zone} to-zone ${zone} policy p${n} match source-address ${entry} destination-address ${entry} application ${application}`,
      line`set security policies from-zone ${zone} to-zone ${zone} policy p${n} then ${fc.constantFrom('permit', 'deny', 'reject')}`,
      line`set security policies global policy p${n} match from-zone ${zone} to-zone ${zone} source-address ${entry}`,
      line`set security policies global policy p${n} then ${fc.constantFrom('permit', 'deny')}`,
      line`set security nat source pool q${n} address ${prefix}`,
      line`set security nat source pool q${n} port range ${port} to ${port}`,
      line`set security nat source pool q${n} address 198.51.100.10/32 to 198.51.100.${fc.constantFrom('12/32', '200/32', '9/32')}`,
      line`set security nat source rule-set r${n} from zone ${zone}`,
      line`set security nat source rule-set r${n} to ${fc.constantFrom('zone untrust', 'zone dmz', 'interface xe-7/0/1.5')}`,
      line`set security nat source rule-set r${n} rule u${n} match source-address ${prefix}`,
      line`set security nat source rule-set r${n} rule u${n} match ${fc.constantFrom('protocol tcp', 'protocol icmp', 'destination-port 80 to 90', 'application a1', 'source-address-name h1')}`,
      line`set security nat source rule-set r${n} rule u${n} then source-nat ${fc.constantFrom('interface', 'off', 'pool q1', 'pool q2', 'pool q9')}`,
      line`set security nat destination pool d${n} address ${prefix}`,
      line`set security nat destination pool d${n} address ${prefix} port ${fc.constantFrom('80', '0')}`,
      line`set security nat destination rule-set r${n} from zone ${zone}`,
      line`set security nat destination rule-set r${n} rule u${n} match destination-address ${prefix}`,
      line`set security nat destination rule-set r${n} rule u${n} then destination-nat pool d${n}`,
      line`set security nat static rule-set r${n} from zone ${zone}`,
      line`set security nat static rule-set r${n} rule u${n} match destination-address ${prefix}`,
      line`set security nat static rule-set r${n} rule u${n} then static-nat prefix ${prefix}`,
    ),
    { minLength: 20, maxLength: 80 },
  )
  .chain((lines) => fc.constantFrom('', BASE, `${BASE}${RULES.join('\n')}\n`).map((base) => base + lines.join('\n')));
