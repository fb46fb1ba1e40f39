import { parseAddressBits, parsePrefix } from '../../_prefix.ts';
import { protocolNumber } from '../../_protocols.ts';

/** What a value may be. */
export interface ValueType {
  /** How help shows the place of the value, such as `<name>`. */
  readonly shown: string;
  /** Returns what is wrong with a text, `null` if nothing is. */
  readonly check: (text: string) => string | null;
  /** Values, where there are few. */
  readonly words?: readonly { readonly word: string; readonly help: string }[];
  /** Range, where there is one; printed in help. */
  readonly range?: string;
  /** Whether JSON has it as number. */
  readonly numeric?: boolean;
}

/**
 * Whole numbers.
 *
 * Fidelity: observed. The words of the message are those of published sessions.
 */
export function integer(least: number, most: number): ValueType {
  const range = `${least}..${most}`;
  return {
    shown: `<${range}>`,
    range,
    numeric: true,
    check(text) {
      if (!/^\d{1,15}$/.test(text)) return `Invalid numeric value: '${cut(text)}'`;
      return Number(text) >= least && Number(text) <= most ? null : `Value ${text} is not within range (${range})`;
    },
  };
}

/** One of some words, with the help of each. */
export function oneOf(words: Readonly<Record<string, string>>): ValueType {
  const list = Object.entries(words).map(([word, help]) => ({ word, help }));
  return {
    shown: list.map(({ word }) => word).join(' | '),
    words: list,
    check: (text) => (Object.hasOwn(words, text) ? null : `invalid value '${cut(text)}'`),
  };
}

/** A name: no blanks, at most some characters. */
export function name(longest = 63): ValueType {
  return {
    shown: '<name>',
    check(text) {
      if (text === '' || /[\s{};[\]"]/.test(text)) return `invalid name '${cut(text)}'`;
      return text.length <= longest ? null : `length ${text.length} is not within range (1..${longest})`;
    },
  };
}

/** Any text. */
export const TEXT: ValueType = { shown: '<text>', check: () => null };

/** A prefix or an address. */
export const PREFIX: ValueType = {
  shown: '<ip-prefix>',
  check: (text) => (parsePrefix(text) === null ? `invalid ip address or prefix: '${cut(text)}'` : null),
};

/** An address. */
export const ADDRESS: ValueType = {
  shown: '<address>',
  check: (text) => (parseAddressBits(text) === null ? `invalid ip address: '${cut(text)}'` : null),
};

/** An address with the length of its network. */
export const INTERFACE_ADDRESS: ValueType = {
  shown: '<address/length>',
  check: (text) =>
    parseAddressBits(text.split('/')[0]) === null || parsePrefix(text) === null
      ? `invalid ip address or prefix: '${cut(text)}'`
      : null,
};

/** An interface, of the chassis or of the system. */
export const INTERFACE: ValueType = {
  shown: '<interface-name>',
  check: (text) =>
    /^(?:[a-z]{2,4}-\d{1,2}\/\d{1,2}\/\d{1,3}(?::\d{1,2})?|[a-z]{2,6}\d{0,4})$/.test(text) && text.length <= 32
      ? null
      : `invalid interface name '${cut(text)}'`,
};

/** An interface with its unit. */
export const LOGICAL_INTERFACE: ValueType = {
  shown: '<interface-name>',
  check: (text) =>
    text === 'all' ||
    /^(?:[a-z]{2,4}-\d{1,2}\/\d{1,2}\/\d{1,3}(?::\d{1,2})?|[a-z]{2,6}\d{0,4})(?:\.\d{1,5})?$/.test(text)
      ? null
      : `invalid interface name '${cut(text)}'`,
};

/** A protocol by name or number. */
export const PROTOCOL: ValueType = {
  shown: '<protocol>',
  check: (text) => (protocolNumber(text) < 0 ? `invalid protocol '${cut(text)}'` : null),
};

/** A port, a range such as `1024-65535`, or a name. */
export const PORTS: ValueType = {
  shown: '<port | low-high>',
  check(text) {
    const match = /^(\d{1,6})(?:-(\d{1,6}))?$/.exec(text);
    if (match === null) return SERVICE_PORTS.has(text) ? null : `invalid port '${cut(text)}'`;
    const [low, high] = [Number(match[1]), Number(match[2] ?? match[1])];
    if (low > 65_535 || high > 65_535) return `Value ${Math.max(low, high)} is not within range (0..65535)`;
    return low <= high ? null : `invalid port range '${cut(text)}'`;
  },
};

/**
 * Ports that go by a name.
 *
 * Fidelity: documented. Junos "Firewall filter match conditions", text synonyms of ports.
 */
export const SERVICE_PORTS: ReadonlyMap<string, number> = new Map([
  ['afs', 1483],
  ['bgp', 179],
  ['biff', 512],
  ['bootpc', 68],
  ['bootps', 67],
  ['cmd', 514],
  ['cvspserver', 2401],
  ['dhcp', 67],
  ['domain', 53],
  ['eklogin', 2105],
  ['ekshell', 2106],
  ['exec', 512],
  ['finger', 79],
  ['ftp', 21],
  ['ftp-data', 20],
  ['http', 80],
  ['https', 443],
  ['ident', 113],
  ['imap', 143],
  ['kerberos-sec', 88],
  ['klogin', 543],
  ['kpasswd', 761],
  ['krb-prop', 754],
  ['krbupdate', 760],
  ['kshell', 544],
  ['ldap', 389],
  ['ldp', 646],
  ['login', 513],
  ['mobileip-agent', 434],
  ['mobilip-mn', 435],
  ['msdp', 639],
  ['netbios-dgm', 138],
  ['netbios-ns', 137],
  ['netbios-ssn', 139],
  ['nfsd', 2049],
  ['nntp', 119],
  ['ntalk', 518],
  ['ntp', 123],
  ['pop3', 110],
  ['pptp', 1723],
  ['printer', 515],
  ['radacct', 1813],
  ['radius', 1812],
  ['rip', 520],
  ['rkinit', 2108],
  ['smtp', 25],
  ['snmp', 161],
  ['snmptrap', 162],
  ['snpp', 444],
  ['socks', 1080],
  ['ssh', 22],
  ['sunrpc', 111],
  ['syslog', 514],
  ['tacacs', 49],
  ['tacacs-ds', 65],
  ['talk', 517],
  ['telnet', 23],
  ['tftp', 69],
  ['timed', 525],
  ['who', 513],
  ['xdmcp', 177],
  ['zephyr-clt', 2103],
  ['zephyr-hm', 2104],
]);

/** Seconds, or `never` as some timeouts take it. */
export function timeout(least: number, most: number): ValueType {
  const number = integer(least, most);
  return {
    ...number,
    shown: `never | <${number.range}>`,
    numeric: false,
    words: [{ word: 'never', help: 'Disable inactivity timeout' }],
    check: (text) => (text === 'never' ? null : number.check(text)),
  };
}

function cut(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}...` : text;
}
