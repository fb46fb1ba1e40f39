import type { ApplicationTerm, OneOrMore } from './device-configuration.ts';

const tcp = (destinationPorts: number): ApplicationTerm => ({ protocol: 6, destinationPorts });
const udp = (destinationPorts: number): ApplicationTerm => ({ protocol: 17, destinationPorts });
const protocol = (number: number): ApplicationTerm => ({ protocol: number });

/**
 * Predefined applications by name. Those of ICMP types are left out: a flow key has no type.
 *
 * Fidelity: documented. Junos predefines an application for each; the ports are those that IANA registers. It is not the
 * whole list.
 */
export const PREDEFINED_APPLICATIONS: ReadonlyMap<string, OneOrMore<ApplicationTerm>> = new Map<
  string,
  OneOrMore<ApplicationTerm>
>([
  ['junos-bgp', tcp(179)],
  ['junos-bootpc', udp(68)],
  ['junos-bootps', udp(67)],
  ['junos-dns-tcp', tcp(53)],
  ['junos-dns-udp', udp(53)],
  ['junos-ftp', tcp(21)],
  ['junos-gre', protocol(47)],
  ['junos-http', tcp(80)],
  ['junos-https', tcp(443)],
  ['junos-icmp-all', protocol(1)],
  ['junos-icmp6-all', protocol(58)],
  ['junos-ike', udp(500)],
  ['junos-ike-nat', udp(4500)],
  ['junos-imap', tcp(143)],
  ['junos-imaps', tcp(993)],
  ['junos-ldap', tcp(389)],
  ['junos-ntp', udp(123)],
  ['junos-ospf', protocol(89)],
  ['junos-pop3', tcp(110)],
  ['junos-radacct', udp(1813)],
  ['junos-radius', udp(1812)],
  ['junos-rip', udp(520)],
  ['junos-sip', [udp(5060), tcp(5060)]],
  ['junos-smtp', tcp(25)],
  ['junos-ssh', tcp(22)],
  ['junos-syslog', udp(514)],
  ['junos-tcp-any', protocol(6)],
  ['junos-telnet', tcp(23)],
  ['junos-tftp', udp(69)],
  ['junos-udp-any', protocol(17)],
]);
