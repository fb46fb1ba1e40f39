import { protocolNumber } from '../_protocols.ts';
import { SERVICE_PORTS } from '../configuration/schema/value-types.ts';
import type { Statement } from '../configuration/statement.ts';
import { type ModelReader, named } from './_reader.ts';
import type { ConfiguredTerm } from './configured-model.ts';

const tcp = (...ports: string[]): ConfiguredTerm[] =>
  ports.map((destinationPorts) => ({ protocol: 6, destinationPorts }));
const udp = (...ports: string[]): ConfiguredTerm[] =>
  ports.map((destinationPorts) => ({ protocol: 17, destinationPorts }));

/**
 * Predefined applications without `junos-`.
 *
 * Fidelity: documented. Junos predefines an application for each; ports are those that IANA registers. It is not the whole
 * list, and types of ICMP messages are left out.
 */
const PREDEFINED: Readonly<Record<string, readonly ConfiguredTerm[]>> = {
  bgp: tcp('179'),
  bootpc: udp('68'),
  bootps: udp('67'),
  'dhcp-client': udp('68'),
  'dhcp-relay': udp('67'),
  'dhcp-server': udp('67'),
  'dns-tcp': tcp('53'),
  'dns-udp': udp('53'),
  finger: tcp('79'),
  ftp: tcp('21'),
  'ftp-data': tcp('20'),
  gopher: tcp('70'),
  gre: [{ protocol: 47 }],
  http: tcp('80'),
  'http-ext': tcp('8000-8001', '8080'),
  https: tcp('443'),
  'icmp-all': [{ protocol: 1 }],
  'icmp-ping': [{ protocol: 1 }],
  ping: [{ protocol: 1 }],
  pingv6: [{ protocol: 58 }],
  'icmp6-all': [{ protocol: 58 }],
  ident: tcp('113'),
  ike: udp('500'),
  'ike-nat': udp('4500'),
  imap: tcp('143'),
  imaps: tcp('993'),
  ldap: tcp('389'),
  mail: tcp('25'),
  'ms-sql': tcp('1433'),
  nbds: udp('138'),
  nbname: udp('137'),
  nfs: udp('2049'),
  'nfsd-tcp': tcp('2049'),
  'nfsd-udp': udp('2049'),
  nntp: tcp('119'),
  ntp: udp('123'),
  ospf: [{ protocol: 89 }],
  pop3: tcp('110'),
  pptp: tcp('1723'),
  radacct: udp('1813'),
  radius: udp('1812'),
  rip: udp('520'),
  rsh: tcp('514'),
  rtsp: tcp('554'),
  sip: [...udp('5060'), ...tcp('5060')],
  smb: tcp('139', '445'),
  smtp: tcp('25'),
  smtps: tcp('465'),
  snmp: udp('161'),
  'snmp-agentx': tcp('705'),
  ssh: tcp('22'),
  stun: [...udp('3478'), ...tcp('3478')],
  syslog: udp('514'),
  tacacs: tcp('49'),
  'tcp-any': [{ protocol: 6 }],
  telnet: tcp('23'),
  tftp: udp('69'),
  'udp-any': [{ protocol: 17 }],
  whois: tcp('43'),
};

const PORT_PROTOCOLS = [6, 17, 132];

/** Applications by name, as they are needed. */
export class Applications {
  /** Those that were needed. */
  readonly used: Map<string, readonly ConfiguredTerm[]> = new Map();
  private readonly reader: ModelReader;

  constructor(reader: ModelReader) {
    this.reader = reader;
  }

  /**
   * Returns the applications that names mean, sets taken apart.
   *
   * @returns Names that are in `used`; `null` if every application matches; an empty list if the model knows none.
   */
  resolve(statement: Statement, names: readonly string[]): string[] | null {
    if (names.length === 0 || names.includes('any')) return null;
    const level = this.reader.find('applications');
    const found = new Set<string>();
    const seen = new Set<string>();
    // not by recursion: sets may stand in sets as deep as they like
    const open = names.toReversed();
    for (let name = open.pop(); name !== undefined; name = open.pop()) {
      if (seen.has(name)) continue;
      seen.add(name);
      const set = level?.find('application-set', name);
      if (set !== undefined) {
        const members = [...named(set, 'application'), ...named(set, 'application-set')];
        for (const { words } of members.toReversed()) open.push(words[1]);
      } else if (this.isKnown(statement, name, level?.find('application', name))) found.add(name);
    }
    return [...found];
  }

  private isKnown(statement: Statement, name: string, own: Statement | undefined): boolean {
    if (this.used.has(name)) return true;
    const terms = this.termsOf(statement, name, own);
    if (terms.length > 0) this.used.set(name, terms);
    return terms.length > 0;
  }

  private termsOf(statement: Statement, name: string, own: Statement | undefined): readonly ConfiguredTerm[] {
    if (own !== undefined) {
      const parts = named(own, 'term');
      return (parts.length > 0 ? parts : [own]).flatMap((part) => this.termOf(part, name));
    }
    const short = name.startsWith('junos-') ? name.slice('junos-'.length) : '';
    if (Object.hasOwn(PREDEFINED, short)) return PREDEFINED[short];
    this.reader.warn(statement, `application ${name} is not known to the model`);
    return [];
  }

  private termOf(part: Statement, name: string): ConfiguredTerm[] {
    const [protocolText, sourcePorts, destinationPorts] = ['protocol', 'source-port', 'destination-port'].map(
      (keyword) => part.find(keyword)?.values[0],
    );
    const hasPorts = sourcePorts !== undefined || destinationPorts !== undefined;
    const protocol = protocolText === undefined ? undefined : protocolNumber(protocolText);
    if (part.find('icmp-type') ?? part.find('icmp-code')) {
      this.reader.warn(part, `application ${name} matches every type of ICMP in the model`);
    }
    if (protocol === undefined && !hasPorts) {
      this.reader.warn(part, `application ${name} has neither protocol nor ports: it matches nothing`);
      return [];
    }
    const isFit = protocol === undefined || PORT_PROTOCOLS.includes(protocol);
    if (hasPorts && !isFit) this.reader.warn(part, `ports of application ${name} count for TCP, UDP and SCTP only`);
    return [
      {
        ...(protocol !== undefined && { protocol }),
        ...(isFit && sourcePorts !== undefined && { sourcePorts: portsOf(sourcePorts) }),
        ...(isFit && destinationPorts !== undefined && { destinationPorts: portsOf(destinationPorts) }),
      },
    ];
  }
}

/** Returns ports as numbers. */
export function portsOf(text: string): string {
  return String(SERVICE_PORTS.get(text) ?? text);
}
