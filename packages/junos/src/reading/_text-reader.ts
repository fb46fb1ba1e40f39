import { type Collector, countOf, type SpuField } from './_collector.ts';
import { SessionLines } from './_session-lines.ts';
import type { CardReading } from './output-reading.ts';

/** Places at which a paste that lost its line ends can be cut. */
const FUSED =
  /(?<=\S)[ \t]+(?=(?:DCP |(?<!DCP ))Flow Sessions on FPC\d|(?<!CP )Session ID: \d|(?:In|Out): \S+\/\d+ -->|Total sessions: \d|(?:Unicast|Multicast|Failed|Maximum)-sessions: |Sessions-in-use: |(?:Valid|Pending|Invalidated) sessions: |Sessions in other states: )/g;

/** Lines `label: n` of a summary, and the figure that each is. */
const SUMMARY: Readonly<Record<string, SpuField>> = {
  'Unicast-sessions': 'unicast',
  'Multicast-sessions': 'multicast',
  'Failed-sessions': 'failed',
  'Sessions-in-use': 'sessions',
  'Valid sessions': 'valid',
  'Pending sessions': 'pending',
  'Invalidated sessions': 'invalidated',
  'Sessions in other states': 'other',
  'Maximum-sessions': 'maximum',
};

/** Lines of a summary that sessions in use are the sum of. */
const STATES: ReadonlySet<string> = new Set([
  'Valid sessions',
  'Pending sessions',
  'Invalidated sessions',
  'Sessions in other states',
]);

/** Columns of `show security monitoring` that have sums. */
const COLUMNS = ['current flow sessions', 'maximum flow sessions', 'current CP sessions', 'maximum CP sessions'];

const CP_SUMMARY: Readonly<Record<string, SpuField | null>> = {
  'Valid sessions': null,
  'Pending sessions': null,
  'Invalidated sessions': null,
  'Sessions in other states': null,
  'Total sessions': 'cpSessions',
  'Maximum sessions': 'cpMaximum',
  'Maximum inet6 sessions': null,
};

/** Lines `label : n` of `show security monitoring fpc`. */
const MONITORING: Readonly<Record<string, SpuField>> = {
  'CPU utilization': 'cpuPercent',
  'Memory utilization': 'memoryPercent',
  'Current flow session': 'sessions',
  'Current flow session IPv4': 'ipv4',
  'Current flow session IPv6': 'ipv6',
  'Max flow session': 'maximum',
  'Current CP session': 'cpSessions',
  'Max CP session': 'cpMaximum',
  'Current CP session IPv4': 'ipv4',
};

/** Characters of a line; no line of the output has so many. */
const MOST_LINE = 2000;

type Mode = 'none' | 'table' | 'fpc' | 'performance' | 'sessions' | 'summary' | 'cp' | 'cards';

/** Reads output as text, line by line. */
export class TextReader {
  private readonly into: Collector;
  private readonly sessions: SessionLines;
  private mode: Mode = 'none';
  private card: CardReading | null = null;
  private history: number[] = [];
  private bannerNode: string | null = null;
  /** Sums of the columns of a table so far. */
  private sums: number[] = [];
  /** Sessions in use of a summary, and those by state so far. */
  private inUse: number | null = null;
  private byState = 0;

  constructor(into: Collector) {
    this.into = into;
    this.sessions = new SessionLines(into);
  }

  /** Reads a line as it was pasted; several where line ends were lost. */
  line(number: number, pasted: string): void {
    for (const part of pasted.replace(FUSED, '\n').split('\n')) {
      // what a terminal leaves between pages, and signs of quoted mails
      const text = (part.length > 2 * MOST_LINE ? part.slice(0, 2 * MOST_LINE) : part)
        .replace(/-{3}\(more[^)]*\)-{3}\s*/g, '')
        .replace(/^(?:> ?)+/, '')
        .trimEnd();
      if (text.trim() !== '' && (text.length > MOST_LINE || !this.read(text))) this.into.skip(number, text.trim());
    }
  }

  private read(text: string): boolean {
    return this.frame(text) || this.heading(text) || this.body(text);
  }

  /** Prompts, banners, nodes. */
  private frame(text: string): boolean {
    const { into } = this;
    const node = /^\s*(node\d)(?:\.\w+)?:\s*$/.exec(text);
    if (node !== null) {
      into.node = node[1];
      into.at(null, null);
      this.sessions.begin();
      this.mode = 'none';
      return true;
    }
    const banner = /^\s*\{\w+:(node\d)\}/.exec(text);
    if (banner !== null) this.bannerNode = banner[1];
    if (/^\s*-{10,}$/.test(text) || /^\s*\{\S+\}(?:\[edit.*\])?$/.test(text) || /^\s*\[edit.*\]$/.test(text))
      return true;
    if (!/^\s*[^\s@]+@[^\s@>#%]+[>#%]/.test(text)) return false;
    // a new command: what comes is not of the node before, but of the one that the prompt names
    into.node = this.bannerNode;
    into.at(null, null);
    this.sessions.begin();
    this.mode = 'none';
    return true;
  }

  private heading(text: string): boolean {
    const { into } = this;
    const sessions = /^\s*(DCP )?Flow Sessions on FPC\s*(\d+) PIC\s*(\d+):?\s*$/i.exec(text);
    if (sessions !== null) {
      into.at(Number(sessions[2]), Number(sessions[3]));
      this.mode = sessions[1] === undefined ? 'sessions' : 'cp';
      this.sessions.begin();
      return true;
    }
    if (/^\s*FPC +PIC +CPU +Mem\b/.test(text)) {
      this.mode = 'table';
      this.sums = [];
      into.commands.add('show security monitoring');
      return true;
    }
    if (/^\s*(?:(?:Flow|CP) session\s*)+$/i.test(text)) return true;
    const fpc = /^\s*FPC (\d+)$/.exec(text);
    if (fpc !== null) {
      into.at(Number(fpc[1]), null);
      this.mode = 'fpc';
      into.commands.add('show security monitoring fpc');
      return true;
    }
    const performance = /^\s*fpc +(\d+) +pic +(\d+)$/i.exec(text);
    if (performance !== null) {
      into.at(Number(performance[1]), Number(performance[2]));
      this.mode = 'performance';
      this.history = [];
      into.commands.add('show security monitoring performance spu');
      return true;
    }
    const slot = /^\s*Slot (\d+)\s+(\S+)(?:\s+(\S.*))?$/.exec(text);
    if (slot === null) return false;
    this.card = into.card(Number(slot[1]), slot[2], slot[3] ?? '');
    this.mode = 'cards';
    into.commands.add('show chassis fpc pic-status');
    return true;
  }

  private body(text: string): boolean {
    switch (this.mode) {
      case 'table':
        return this.tableRow(text);
      case 'fpc':
        return this.monitoringLine(text);
      case 'performance':
        return this.historyRow(text);
      case 'cards':
        return this.picLine(text);
      case 'cp':
        return this.cpLine(text);
      default:
        return this.sessions.read(text) || this.summaryLine(text) || this.rateLine(text);
    }
  }

  private tableRow(text: string): boolean {
    const { into } = this;
    const total = /^\s*Total Sessions:((?:\s+\d+)+)$/i.exec(text);
    if (total !== null) {
      for (const [i, printed] of total[1].trim().split(/\s+/).entries()) {
        if (i < COLUMNS.length) into.sum('table', COLUMNS[i], countOf(printed), this.sums[i] ?? 0);
      }
      return true;
    }
    if (!/^\s*\d+(?:\s+\d+)+$/.test(text)) return false;
    const numbers = text.trim().split(/\s+/).map(Number);
    // older releases show no central point
    if (numbers.length !== 8 && numbers.length !== 6) return false;
    for (const [i, value] of numbers.slice(4).entries()) this.sums[i] = (this.sums[i] ?? 0) + value;
    into.at(numbers[0], numbers[1]);
    into.set('cpuPercent', numbers[2]);
    into.set('memoryPercent', numbers[3]);
    into.set('sessions', numbers[4]);
    into.set('maximum', numbers[5]);
    if (numbers.length === 8) {
      into.set('cpSessions', numbers[6]);
      into.set('cpMaximum', numbers[7]);
    }
    return true;
  }

  private monitoringLine(text: string): boolean {
    const { into } = this;
    const pic = /^\s*PIC (\d+)$/.exec(text);
    if (pic !== null) {
      into.at(into.fpc, Number(pic[1]));
      return true;
    }
    const [, label, value] = /^\s*([A-Za-z][\w ]*?)\s*:\s*(\d+)\s*%?\s*$/.exec(text) ?? [];
    if (label !== undefined && Object.hasOwn(MONITORING, label)) return into.set(MONITORING[label], Number(value));
    return this.rateLine(text);
  }

  private rateLine(text: string): boolean {
    const rate = /^\s*(Total |IPv4 +|IPv6 +)?Session Creation Per Second \(.*\):\s*(\d+)\s*$/i.exec(text);
    if (rate === null) return false;
    if (!/^IPv/i.test(rate[1] ?? '')) this.into.rates.set(this.into.node ?? '', countOf(rate[2]));
    return true;
  }

  private historyRow(text: string): boolean {
    if (/^\s*Last \d+ seconds:$/i.test(text)) return true;
    if (!/^\s*\d+:\s*\d+(?:\s+\d+:\s*\d+)*$/.test(text)) return false;
    for (const [, second, value] of text.matchAll(/(\d+):\s*(\d+)/g)) {
      if (Number(second) < 60) this.history[Number(second)] = Number(value);
    }
    return this.into.set(
      'cpuHistory',
      Array.from(this.history, (value) => value ?? 0),
    );
  }

  private picLine(text: string): boolean {
    const pic = /^\s+PIC (\d+)\s+(\S+)(?:\s+(\S.*))?$/.exec(text);
    if (pic === null || this.card === null) return false;
    this.into.picOf(this.card, Number(pic[1]), pic[2], pic[3] ?? '');
    return true;
  }

  private cpLine(text: string): boolean {
    const [, label, value] = /^\s*([A-Za-z][\w ]*?)\s*:\s*(\d+)$/.exec(text) ?? [];
    if (label === undefined || !Object.hasOwn(CP_SUMMARY, label)) return false;
    this.into.commands.add('show security flow cp-session summary');
    const field = CP_SUMMARY[label];
    return field === null || this.into.set(field, Number(value));
  }

  private summaryLine(text: string): boolean {
    const [, label, value] = /^\s*([A-Za-z][\w -]*?)\s*:\s*(\d+)$/.exec(text) ?? [];
    if (label === undefined || !Object.hasOwn(SUMMARY, label)) return false;
    this.into.commands.add('show security flow session summary');
    this.mode = 'summary';
    // a device with one SPU prints no heading
    if (this.into.fpc === null) this.into.at(0, 0);
    if (label === 'Sessions-in-use') [this.inUse, this.byState] = [countOf(value), 0];
    else if (STATES.has(label)) this.byState += countOf(value);
    if (label === 'Sessions in other states' && this.inUse !== null) {
      this.into.sum('summary', 'sessions in use', this.inUse, this.byState);
      this.inUse = null;
    }
    return this.into.set(SUMMARY[label], Number(value));
  }
}
