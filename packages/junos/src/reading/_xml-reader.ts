import { type Collector, countOf, type SpuField } from './_collector.ts';
import type { CardReading, ReadCommand, WingReading } from './output-reading.ts';

/** An element with text in it; elements that hold others say nothing that their content does not. */
const LEAF = /<([A-Za-z_][\w.:-]*)(?:\s[^<>]*)?>([^<]*)<\/\1\s*>/g;

const FIGURES: Readonly<Record<string, SpuField>> = {
  'spu-cpu-utilization': 'cpuPercent',
  'spu-memory-utilization': 'memoryPercent',
  'spu-current-flow-session': 'sessions',
  'spu-max-flow-session': 'maximum',
  'spu-current-flow-session-ipv4': 'ipv4',
  'spu-current-flow-session-ipv6': 'ipv6',
  'spu-current-cp-session': 'cpSessions',
  'spu-max-cp-session': 'cpMaximum',
  'active-unicast-sessions': 'unicast',
  'active-multicast-sessions': 'multicast',
  'failed-sessions': 'failed',
  'active-sessions': 'sessions',
  'active-session-valid': 'valid',
  'active-session-pending': 'pending',
  'active-session-invalidated': 'invalidated',
  'active-session-other': 'other',
  'max-sessions': 'maximum',
};

const WING_WORDS: Readonly<Record<string, keyof WingReading>> = {
  'source-address': 'source',
  'source-port': 'sourcePort',
  'destination-address': 'destination',
  'destination-port': 'destinationPort',
  protocol: 'protocol',
  'interface-name': 'interface',
  'pkt-cnt': 'packets',
  'byte-cnt': 'bytes',
};
const NUMBERS: ReadonlySet<string> = new Set(['sourcePort', 'destinationPort', 'packets', 'bytes']);

/** Elements whose text is not needed. */
const KNOWN: ReadonlySet<string> = new Set(
  (
    'banner status session-state sess-state policy nat-source-pool-name application-name configured-timeout start-time ' +
    'duration conn-tag dcp-session-id session-flag session-token flag route gateway tunnel port-sequence fin-sequence ' +
    'fin-state cookie dynamic-application-name encryption-traffic-name application-value url-category-name logical-system ' +
    'displayed-session-valid displayed-session-pending displayed-session-invalidated displayed-session-other ' +
    'max-inet6-session-count session-creation-per-second-ipv4 session-creation-per-second-ipv6 performance-info'
  ).split(' '),
);

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** Reads output as `| display xml` gives it, element by element: what is missing or cut off does not matter. */
export class XmlReader {
  private readonly into: Collector;
  private card: CardReading | null = null;
  private slot = '';
  private state = '';
  private pic = '';
  private picState = '';
  private isCp = false;
  private readonly unknown = new Set<string>();

  constructor(into: Collector) {
    this.into = into;
  }

  /** Reads lines that were pasted one below the other. */
  block(number: number, text: string): void {
    let found = 0;
    for (const [, name, inner] of text.matchAll(LEAF)) {
      found++;
      if (!this.leaf(name, decode(inner).trim()) && !KNOWN.has(name) && !this.unknown.has(name)) {
        // named once, wherever it stands
        this.unknown.add(name);
        this.into.skip(number + lineOffset(text, name), `<${name}>`);
      }
    }
    if (found === 0 && !/^[\s<>\w/:="'.\-?]*$/.test(text)) this.into.skip(number, text.trim());
  }

  private leaf(name: string, text: string): boolean {
    const { into } = this;
    const number = Number(text);
    switch (name) {
      case 're-name':
        into.node = /^node\d/.exec(text)?.[0] ?? text;
        into.at(null, null);
        return true;
      case 'fpc-number':
        into.at(number, null);
        return true;
      case 'pic-number':
        into.at(into.fpc, number);
        return true;
      case 'flow-fpc-pic-id':
      case 'dcp-flow-fpc-pic-id': {
        const [, fpc, pic] = /FPC\s*(\d+) PIC\s*(\d+)/i.exec(text) ?? [];
        if (fpc === undefined) return false;
        this.isCp = name.startsWith('dcp');
        into.at(Number(fpc), Number(pic));
        return true;
      }
      case 'session-creation-per-second':
        into.rates.set(into.node ?? '', countOf(text));
        return true;
      case 'displayed-session-count':
        return this.isCp ? this.cp('cpSessions', number) : into.fpc === null || into.set('listedTotal', number);
      case 'max-session-count':
        return this.cp('cpMaximum', number);
      default:
        return this.figure(name, number) || this.session(name, text) || this.chassis(name, text);
    }
  }

  private cp(field: SpuField, value: number): boolean {
    this.into.commands.add('show security flow cp-session summary');
    return this.into.set(field, value);
  }

  private figure(name: string, number: number): boolean {
    if (!Object.hasOwn(FIGURES, name) || !Number.isFinite(number)) return false;
    const { into } = this;
    const command: ReadCommand = name.startsWith('spu-')
      ? 'show security monitoring'
      : 'show security flow session summary';
    into.commands.add(command);
    if (into.fpc === null && command !== 'show security monitoring') into.at(0, 0);
    return into.set(FIGURES[name], number);
  }

  private session(name: string, text: string): boolean {
    const { into } = this;
    if (name === 'session-identifier' && /^\d+$/.test(text)) {
      into.commands.add('show security flow session');
      into.session(text);
      return true;
    }
    const session = into.sessions.at(-1);
    if (session === undefined) return false;
    if (name === 'policy') session.policy = text;
    else if (name === 'timeout') {
      if (/^\d+$/.test(text)) session.timeoutSeconds = Number(text);
    } else if (name === 'direction') {
      const direction = text === 'Out' ? 'Out' : 'In';
      session.wings.push({
        direction,
        source: '',
        sourcePort: 0,
        destination: '',
        destinationPort: 0,
        protocol: '',
      });
    } else {
      const { wing } = into;
      if (wing === undefined || !Object.hasOwn(WING_WORDS, name)) return false;
      const key = WING_WORDS[name];
      (wing as unknown as Record<string, unknown>)[key] = NUMBERS.has(key) ? countOf(text) : text;
    }
    return true;
  }

  private chassis(name: string, text: string): boolean {
    const { into } = this;
    switch (name) {
      case 'slot':
        this.slot = text;
        this.card = null;
        return true;
      case 'state':
        this.state = text;
        return true;
      case 'description':
        if (this.slot === '') return false;
        into.commands.add('show chassis fpc pic-status');
        this.card = into.card(Number(this.slot), this.state, text);
        return true;
      case 'pic-slot':
        this.pic = text;
        return true;
      case 'pic-state':
        this.picState = text;
        return true;
      case 'pic-type':
        if (this.card === null) return false;
        into.picOf(this.card, Number(this.pic), this.picState, text);
        return true;
      default:
        return false;
    }
  }
}

function decode(text: string): string {
  return text.replace(/&(?:(amp|lt|gt|quot|apos)|#(\d{1,7}));/g, (whole, name, code) => {
    if (name !== undefined) return ENTITIES[name];
    const number = Number(code);
    return number <= 0x10ffff ? String.fromCodePoint(number) : whole;
  });
}

/** Line within a block at which an element stands first. */
function lineOffset(text: string, name: string): number {
  return text.slice(0, Math.max(0, text.indexOf(`<${name}`))).split('\n').length - 1;
}
