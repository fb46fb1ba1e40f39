/**
 * Protocols that the session filter knows by name.
 *
 * Fidelity: documented. Junos "show security flow session protocol"; `icmp6` is added.
 */
export const PROTOCOLS: ReadonlyMap<string, number> = new Map([
  ['ah', 51],
  ['egp', 8],
  ['esp', 50],
  ['gre', 47],
  ['icmp', 1],
  ['icmp6', 58],
  ['igmp', 2],
  ['ipip', 4],
  ['ospf', 89],
  ['pim', 103],
  ['rsvp', 46],
  ['sctp', 132],
  ['tcp', 6],
  ['udp', 17],
]);

/** Returns the number of a protocol given by name or by number, -1 if it is neither. */
export function protocolNumber(text: string): number {
  if (/^(0|[1-9]\d{0,2})$/.test(text)) return Number(text) <= 255 ? Number(text) : -1;
  return PROTOCOLS.get(text.toLowerCase()) ?? -1;
}

/**
 * Predefined applications by name without `junos-`: protocol and destination ports.
 *
 * Fidelity: documented. The well-known ports of IANA; Junos predefines an application for each. It is not the whole list.
 */
export const APPLICATIONS: ReadonlyMap<string, { readonly protocol: number; readonly ports: readonly number[] }> =
  new Map([
    ['bgp', { protocol: 6, ports: [179] }],
    ['dns-tcp', { protocol: 6, ports: [53] }],
    ['dns-udp', { protocol: 17, ports: [53] }],
    ['ftp', { protocol: 6, ports: [21] }],
    ['http', { protocol: 6, ports: [80] }],
    ['https', { protocol: 6, ports: [443] }],
    ['imap', { protocol: 6, ports: [143] }],
    ['imaps', { protocol: 6, ports: [993] }],
    ['ldap', { protocol: 6, ports: [389] }],
    ['ntp', { protocol: 17, ports: [123] }],
    ['pop3', { protocol: 6, ports: [110] }],
    ['radius', { protocol: 17, ports: [1812] }],
    ['sip', { protocol: 17, ports: [5060] }],
    ['smtp', { protocol: 6, ports: [25] }],
    ['ssh', { protocol: 6, ports: [22] }],
    ['syslog', { protocol: 17, ports: [514] }],
    ['telnet', { protocol: 6, ports: [23] }],
    ['tftp', { protocol: 17, ports: [69] }],
  ]);
