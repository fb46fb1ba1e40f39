/** Names that are written, and their numbers; the spelling is that of Junos. */
export const PROTOCOL_NAMES: ReadonlyMap<number, string> = new Map([
  [1, 'icmp'],
  [2, 'igmp'],
  [4, 'ipip'],
  [6, 'tcp'],
  [17, 'udp'],
  [47, 'gre'],
  [50, 'esp'],
  [51, 'ah'],
  [58, 'icmp6'],
  [132, 'sctp'],
]);

/** Names that are read only. */
const NUMBERS: ReadonlyMap<string, number> = new Map([
  ...Array.from(PROTOCOL_NAMES, ([number, name]): [string, number] => [name, number]),
  ['egp', 8],
  ['dccp', 33],
  ['rsvp', 46],
  ['icmpv6', 58],
  ['ipv6-icmp', 58],
  ['ospf', 89],
  ['pim', 103],
  ['vrrp', 112],
  ['udplite', 136],
]);

/** Returns the number that a protocol's name or decimal number means, -1 if it is neither. */
export function lookUpProtocol(text: string): number {
  if (/^(0|[1-9]\d{0,2})$/.test(text)) return Number(text) <= 255 ? Number(text) : -1;
  return NUMBERS.get(text.toLowerCase()) ?? -1;
}

/** Words that name protocols, for error messages. */
export const PROTOCOL_WORDS: string = [...NUMBERS.keys()].join(', ');
