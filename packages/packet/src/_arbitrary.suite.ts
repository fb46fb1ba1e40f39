// Random packets with what they must decode to, for fast-check. More than 300 lines: a generator for each header, all of which
// one packet is put together from.
import { parseAddress } from '@midplane/flow';
import fc from 'fast-check';
import type { Row } from './_row.suite.ts';
import * as b from './batch.ts';
import { type PacketBuilder, packet } from './packet-builder.ts';

/** A packet under construction with the row it must decode to; offsets come from the built packet. */
export interface Sample {
  readonly builder: PacketBuilder;
  readonly expected: Omit<Row, 'l3Offset' | 'l4Offset'>;
  /** Whether an upper-layer header is there. */
  readonly upper: boolean;
}

interface LinkPart {
  readonly text: string;
  readonly flags: number;
  /** EtherType column; 0 stands for the EtherType of the IP version. */
  readonly etherType: 'ethertype' | 'ppp' | number;
  add(p: PacketBuilder): PacketBuilder;
}

const tag = fc.record({
  id: fc.integer({ min: 0, max: 4095 }),
  priority: fc.integer({ min: 0, max: 7 }),
  dropEligible: fc.boolean(),
  tpid: fc.constantFrom(0x8100, 0x88a8, 0x9100, 0x9200),
});
const tags = fc.array(tag, { maxLength: 3 }).map(
  (list): LinkPart => ({
    text: ` ${list.length} tags`,
    flags: list.length === 0 ? 0 : list.length === 1 ? b.FLAG_VLAN : b.FLAG_VLAN_STACKED,
    etherType: 'ethertype',
    add: (p) => list.reduce((q, options) => q.vlan(options), p),
  }),
);
const labels = fc.array(fc.integer({ min: 0, max: 0xfffff }), { minLength: 1, maxLength: 3 }).map(
  (list): LinkPart => ({
    text: ` ${list.length} labels`,
    flags: b.FLAG_MPLS,
    etherType: 0x8847,
    add: (p) => list.reduce((q, label) => q.mpls(label), p),
  }),
);
const pppoe = fc.constant<LinkPart>({
  text: ' pppoe',
  flags: b.FLAG_PPPOE_SESSION,
  etherType: 'ppp',
  add: (p) => p.pppoe({ session: 77 }),
});
const snap = fc
  .constantFrom(0, 0xf8)
  .map((oui): LinkPart => ({ text: ' snap', flags: 0, etherType: 'ethertype', add: (p) => p.snap({ oui }) }));
const llc = fc.constant<LinkPart>({ text: ' llc', flags: 0, etherType: 0, add: (p) => p.llc() });
const plain = fc.constant<LinkPart>({ text: '', flags: 0, etherType: 'ethertype', add: (p) => p });
const pppPlain = fc.constant<LinkPart>({ text: '', flags: 0, etherType: 'ppp', add: (p) => p });
const pppLabels = labels.map((part): LinkPart => ({ ...part, etherType: 0x281 }));
const pppoeLabels = pppLabels.map(
  (part): LinkPart => ({
    ...part,
    text: ` pppoe${part.text}`,
    flags: part.flags | b.FLAG_PPPOE_SESSION,
    add: (p) => part.add(p.pppoe()),
  }),
);

function start(text: string, add: (p: PacketBuilder) => PacketBuilder): fc.Arbitrary<LinkPart> {
  return fc.constant<LinkPart>({ text, flags: 0, etherType: 'ethertype', add });
}

/** Parts one behind the other: flags together, EtherType of the last. */
function chain(...parts: fc.Arbitrary<LinkPart>[]): fc.Arbitrary<LinkPart> {
  return fc.tuple(...parts).map((list) => ({
    text: list.map((part) => part.text).join(''),
    flags: list.reduce((flags, part) => flags | part.flags, 0),
    etherType: list[list.length - 1].etherType,
    add: (p) => list.reduce((q, part) => part.add(q), p),
  }));
}

const raw = fc
  .constantFrom(12, 14, 101, 228, 229)
  .map((type): LinkPart => ({ text: `raw ${type}`, flags: 0, etherType: 0, add: (p) => p.raw(type) }));
const family = fc.record({ littleEndian: fc.boolean(), loop: fc.boolean() }).map(
  ({ littleEndian, loop }): LinkPart => ({
    text: 'family',
    flags: 0,
    etherType: 0,
    add: (p) => (loop ? p.loop() : p.null({ littleEndian })),
  }),
);
const ppp = fc
  .constantFrom(9 as const, 50 as const)
  .map((linkType): LinkPart => ({ text: 'ppp', flags: 0, etherType: 'ppp', add: (p) => p.ppp({ linkType }) }));

/** Every link layer from which IP is reached. */
export const linkPart: fc.Arbitrary<LinkPart> = fc.oneof(
  { weight: 3, arbitrary: start('ethernet', (p) => p.ethernet()) },
  chain(
    start('ethernet', (p) => p.ethernet({ padTo: 60 })),
    tags,
    fc.oneof(plain, labels, snap, llc, pppoe, pppoeLabels),
  ),
  chain(
    start('sll', (p) => p.sll()),
    tags,
    fc.oneof(plain, labels, pppoe),
  ),
  chain(
    start('sll2', (p) => p.sll2()),
    tags,
    fc.oneof(plain, labels),
  ),
  chain(
    start('c-hdlc', (p) => p.ciscoHdlc()),
    tags,
    fc.oneof(plain, labels),
  ),
  chain(
    start('sll', (p) => p.sll()),
    llc,
  ),
  chain(ppp, fc.oneof(pppPlain, pppLabels)),
  raw,
  family,
);

interface UpperPart {
  readonly protocol: number;
  readonly selector: number;
  readonly flags: number;
  readonly tcpFlags: number;
  readonly icmp: number;
  add(p: PacketBuilder): PacketBuilder;
}

const port = fc.integer({ min: 0, max: 65_535 });
const word = fc.integer({ min: 0, max: 0xffff_ffff });
const byte = fc.integer({ min: 0, max: 255 });
const none = { selector: 0, flags: 0, tcpFlags: 0, icmp: 0 };

const ports = fc.tuple(port, port, byte, fc.constantFrom(6, 17, 132)).map(
  ([sourcePort, destinationPort, flags, protocol]): UpperPart => ({
    ...none,
    protocol,
    selector: (sourcePort << 16) | destinationPort,
    flags: b.FLAG_SELECTOR,
    tcpFlags: protocol === 6 ? flags : 0,
    add: (p) =>
      protocol === 6
        ? p.tcp({ sourcePort, destinationPort, flags })
        : protocol === 17
          ? p.udp({ sourcePort, destinationPort })
          : p.sctp({ sourcePort, destinationPort }),
  }),
);
const ipsec = fc.tuple(word, fc.boolean()).map(
  ([spi, ah]): UpperPart => ({
    ...none,
    protocol: ah ? 51 : 50,
    selector: spi | 0,
    flags: b.FLAG_SELECTOR,
    add: (p) => (ah ? p.ah({ spi }).tcp() : p.esp({ spi })),
  }),
);
const gre = fc.constant<UpperPart>({ ...none, protocol: 47, add: (p) => p.gre({ key: 5 }).ipv4().udp() });
const tunnel4 = fc.constant<UpperPart>({ ...none, protocol: 4, add: (p) => p.ipv4().udp() });
const tunnel6 = fc.constant<UpperPart>({ ...none, protocol: 41, add: (p) => p.ipv6().tcp() });
const other = fc
  .constantFrom(2, 33, 46, 59, 89, 103, 112, 135, 136, 139, 140, 253, 255)
  .map((protocol): UpperPart => ({ ...none, protocol, add: (p) => p.header(protocol, new Uint8Array(8)) }));

const QUERIES = { 4: [0, 8, 13, 14, 15, 16, 17, 18, 42, 43], 6: [128, 129, 160, 161] };
const ERRORS = { 4: [3, 4, 5, 11, 12], 6: [1, 2, 3, 4] };

function icmpOf(version: 4 | 6): fc.Arbitrary<UpperPart> {
  return fc
    .tuple(fc.oneof(byte, fc.constantFrom(...QUERIES[version], ...ERRORS[version])), byte, port)
    .map(([type, code, identifier]): UpperPart => {
      const query = QUERIES[version].includes(type);
      const error = version === 4 ? ERRORS[4].includes(type) : type < 128;
      return {
        protocol: version === 4 ? 1 : 58,
        selector: query ? (identifier << 16) | identifier : 0,
        flags: b.FLAG_ICMP | b.FLAG_SELECTOR | (query ? b.FLAG_ICMP_QUERY : 0) | (error ? b.FLAG_ICMP_ERROR : 0),
        tcpFlags: 0,
        icmp: (type << 8) | code,
        add: (p) => (version === 4 ? p.icmp({ type, code, identifier }) : p.icmpv6({ type, code, identifier })),
      };
    });
}
/** ICMP of the other IP version is a protocol like any other. */
const strangeIcmp: Record<4 | 6, fc.Arbitrary<UpperPart>> = {
  4: fc.constant({ ...none, protocol: 58, add: (p) => p.icmpv6() }),
  6: fc.constant({ ...none, protocol: 1, add: (p) => p.icmp() }),
};

function upperOf(version: 4 | 6): fc.Arbitrary<UpperPart> {
  return fc.oneof(
    { weight: 4, arbitrary: ports },
    { weight: 2, arbitrary: icmpOf(version) },
    ipsec,
    gre,
    tunnel4,
    tunnel6,
    other,
    strangeIcmp[version],
  );
}

interface NetPart {
  readonly version: 4 | 6;
  readonly flags: number;
  readonly key: number[];
  readonly fragment: number;
  readonly fragmentId: number;
  readonly fragmentOffset: number;
  /** Number that a later fragment shows instead of the upper protocol, if it is another one. */
  readonly laterProtocol: number | undefined;
  add(p: PacketBuilder, protocol: number): PacketBuilder;
}

const ipv4 = fc
  .record({
    source: fc.ipV4(),
    destination: fc.ipV4(),
    identification: port,
    optionWords: fc.integer({ min: 0, max: 10 }),
    fragment: fc.oneof(
      { weight: 3, arbitrary: fc.constant<[boolean, number]>([false, 0]) },
      fc.tuple(
        fc.boolean(),
        fc.integer({ min: 0, max: 8000 }).map((n) => n * 8),
      ),
    ),
    dontFragment: fc.boolean(),
  })
  .map(({ optionWords, fragment: [moreFragments, fragmentOffset], ...fields }): NetPart => {
    const fragment = fragmentOffset > 0 ? b.FRAGMENT_LATER : moreFragments ? b.FRAGMENT_FIRST : b.FRAGMENT_NONE;
    return {
      version: 4,
      flags: 0,
      key: keyOf(fields.source, fields.destination),
      fragment,
      fragmentId: fragment === b.FRAGMENT_NONE ? 0 : fields.identification,
      fragmentOffset,
      laterProtocol: undefined,
      add: (p, protocol) =>
        p.ipv4({
          ...fields,
          moreFragments,
          fragmentOffset,
          protocol,
          options: new Uint8Array(optionWords * 4).fill(1),
        }),
    };
  });

type Extension = 'hopByHop' | 'routing' | 'destinationOptions';
const EXTENSION_FLAGS: Record<Extension, number> = {
  hopByHop: b.FLAG_HOP_BY_HOP,
  routing: b.FLAG_ROUTING,
  destinationOptions: b.FLAG_DESTINATION_OPTIONS,
};
const EXTENSION_NUMBERS: Record<Extension, number> = { hopByHop: 0, routing: 43, destinationOptions: 60 };
const extension = fc.constantFrom<Extension>('hopByHop', 'routing', 'destinationOptions');

function addExtension(p: PacketBuilder, name: Extension, size: number): PacketBuilder {
  if (name === 'routing') return p.routing({ addresses: Array.from({ length: size % 3 }, () => '2001:db8::9') });
  return p[name]({ options: new Uint8Array(size) });
}

const ipv6 = fc
  .record({
    source: fc.ipV6().filter((text) => !text.includes('%')),
    destination: fc.ipV6(),
    before: fc.array(extension, { maxLength: 3 }),
    after: fc.array(extension, { maxLength: 2 }),
    size: fc.integer({ min: 0, max: 30 }),
    identification: word,
    fragment: fc.option(fc.tuple(fc.boolean(), fc.constantFrom(0, 0, 8, 1448, 65_528)), { nil: undefined }),
  })
  .map(({ source, destination, before, after, size, identification, fragment }): NetPart => {
    const offset = fragment?.[1] ?? 0;
    const read = offset > 0 ? before : [...before, ...after];
    const kind = !fragment
      ? b.FRAGMENT_NONE
      : offset > 0
        ? b.FRAGMENT_LATER
        : fragment[0]
          ? b.FRAGMENT_FIRST
          : b.FRAGMENT_ATOMIC;
    return {
      version: 6,
      flags: read.reduce((flags, name) => flags | EXTENSION_FLAGS[name], fragment ? b.FLAG_FRAGMENT_HEADER : 0),
      key: keyOf(source, destination),
      fragment: kind,
      fragmentId: fragment ? identification | 0 : 0,
      fragmentOffset: offset,
      laterProtocol: offset > 0 && after.length > 0 ? EXTENSION_NUMBERS[after[0]] : undefined,
      add: (p) => {
        let q = p.ipv6({ source, destination });
        for (const name of before) q = addExtension(q, name, size);
        if (fragment) q = q.ipv6Fragment({ identification, offset, more: fragment[0] });
        for (const name of after) q = addExtension(q, name, size);
        return q;
      },
    };
  });

function keyOf(source: string, destination: string): number[] {
  return [...parseAddress(source).words, ...parseAddress(destination).words];
}

/** A whole random packet of any layers that leads to IP. */
export const sample: fc.Arbitrary<Sample> = fc
  .tuple(linkPart, fc.oneof(ipv4, ipv6), fc.integer({ min: 0, max: 60 }))
  .chain(([link, net, size]) =>
    upperOf(net.version).map((upper): Sample => {
      const later = net.fragment === b.FRAGMENT_LATER;
      const protocol = (later ? net.laterProtocol : undefined) ?? upper.protocol;
      const text = `${link.text} ipv${net.version} protocol ${upper.protocol}`;
      const etherType =
        link.etherType === 'ethertype'
          ? net.version === 4
            ? 0x0800
            : 0x86dd
          : link.etherType === 'ppp'
            ? net.version === 4
              ? 0x21
              : 0x57
            : link.etherType;
      return {
        builder: upper.add(net.add(link.add(packet(text)), upper.protocol)).payload(size),
        upper: !later,
        expected: {
          kind: net.version === 4 ? b.KIND_IPV4 : b.KIND_IPV6,
          fragment: net.fragment,
          protocol,
          flags: link.flags | net.flags | (later ? 0 : upper.flags),
          key: [...net.key, later ? 0 : upper.selector, (net.version << 8) | protocol],
          etherType,
          tcpFlags: later ? 0 : upper.tcpFlags,
          icmp: later ? 0 : upper.icmp,
          fragmentId: net.fragmentId,
          fragmentOffset: net.fragmentOffset,
        },
      };
    }),
  );
