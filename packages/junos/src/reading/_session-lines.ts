import { type Collector, countOf } from './_collector.ts';

/** What a detailed session has beside what is read. */
const SESSION_WORDS =
  /^(?:Flags?|Policy name|Source NAT pool|Dynamic application|Encryption|Application|Url-category|Url|AppQoS|Maximum timeout|Current timeout|Session State|Start time|Duration|Session token|Route|Gateway|Tunnel|Port sequence|FIN|Cookie|Conn Tag|Interface|Pkts|Bytes|CP Session ID|Client|Server|Security|Unified|Rule|Forwarding|DSCP|Loss|Rate limiter|Source identity|Transport|NAT|Logical system|Tenant)\b[^:]*:/i;

/** Reads the lines of `show security flow session`. */
export class SessionLines {
  private readonly into: Collector;
  /** Sessions below the heading. */
  private listed = 0;

  constructor(into: Collector) {
    this.into = into;
  }

  /** A heading: another list begins. */
  begin(): void {
    this.listed = 0;
  }

  /** Reads a line; whether it is one of a list. */
  read(text: string): boolean {
    const { into } = this;
    const begin = /^\s*Session ID: (\d+)\b(.*)$/.exec(text);
    if (begin !== null) {
      into.commands.add('show security flow session');
      const session = into.session(begin[1]);
      const policy = /Policy name: ([^,]+)/.exec(begin[2])?.[1];
      const timeout = /Timeout: (\d+)/.exec(begin[2])?.[1];
      if (policy !== undefined) session.policy = policy.trim();
      if (timeout !== undefined) session.timeoutSeconds = Number(timeout);
      this.listed++;
      return true;
    }
    // older releases end the list with the second form
    const total = /^\s*(?:Total sessions: (\d+)|(\d+) sessions? displayed)$/i.exec(text);
    if (total !== null) {
      const count = total[1] ?? total[2];
      into.commands.add('show security flow session');
      into.set('listedTotal', Number(count));
      into.sum('list', 'sessions', countOf(count), this.listed);
      return true;
    }
    const session = into.sessions.at(-1);
    if (session === undefined || this.listed === 0) return false;
    const wing = /^\s*(In|Out): (\S+)\/(\d+) --> (\S+)\/(\d+);([\w-]+)(.*)$/.exec(text);
    if (wing !== null) {
      session.wings.push({
        direction: wing[1] as 'In' | 'Out',
        source: wing[2],
        sourcePort: Number(wing[3]),
        destination: wing[4],
        destinationPort: Number(wing[5]),
        protocol: wing[6],
      });
      this.wingWords(wing[7]);
      return true;
    }
    if (!SESSION_WORDS.test(text.trim())) return false;
    this.wingWords(text);
    const policy = /^\s*Policy name: ([^,]+)/.exec(text)?.[1];
    if (policy !== undefined) session.policy = policy.trim();
    return true;
  }

  /** Interface and counters, on the line of the wing or below it. */
  private wingWords(text: string): void {
    const { wing } = this.into;
    if (wing === undefined) return;
    const name = /\b(?:If|Interface): ([^,\s]+)/.exec(text)?.[1];
    const packets = /\bPkts: (\d+)/.exec(text)?.[1];
    const bytes = /\bBytes: (\d+)/.exec(text)?.[1];
    if (name !== undefined) wing.interface = name;
    if (packets !== undefined) wing.packets = countOf(packets);
    if (bytes !== undefined) wing.bytes = countOf(bytes);
  }
}
