import { parseAddressBits } from '../_prefix.ts';
import { quoteWord } from './_word.ts';
import type { Statement } from './statement.ts';

/** What stops a commit. */
export interface CommitError {
  /** Level, as words. */
  readonly path: readonly string[];
  /** Statement at that level. */
  readonly statement: string;
  /** What is wrong with it. */
  readonly message: string;
}

/** Checks what no statement alone can tell. Groups are expanded, and nothing is inactive. */
export function checkConfiguration(root: Statement): CommitError[] {
  const errors: CommitError[] = [];
  const check = new Checker(root, errors);
  const security = root.find('security');
  const aging = security?.find('flow')?.find('aging');
  // only where both are stated: the default of the low one, 100, is above any other high one
  const [low, high] = ['low-watermark', 'high-watermark'].map((name) => Number(aging?.find(name)?.values[0]));
  if (aging !== undefined && low > high) {
    check.add(aging, 'low-watermark', `low-watermark ${low} must not be above high-watermark ${high}`);
  }
  const policies = security?.find('policies');
  for (const context of policies?.children ?? []) {
    if (context.words[0] === 'from-zone' && context.words.length === 4) {
      for (const zone of [context.words[1], context.words[3]]) check.zone(policies!, context.words.join(' '), zone);
    }
    if (context.words[0] === 'from-zone' || context.words[0] === 'global') {
      for (const policy of context.children) if (policy.words[0] === 'policy') check.policy(context, policy);
    }
  }
  const nat = security?.find('nat');
  for (const kind of nat?.children ?? []) check.nat(kind);
  const owners = new Map<string, string>();
  for (const zone of security?.find('zones')?.children ?? []) {
    for (const { words } of zone.find('interfaces')?.children ?? []) {
      const name = words[0].includes('.') ? words[0] : `${words[0]}.0`;
      const other = owners.get(name);
      if (other !== undefined) check.add(zone, 'interfaces', `interface ${name} is already in zone ${other}`);
      owners.set(name, zone.words[1]);
    }
  }
  return errors;
}

class Checker {
  private readonly root: Statement;
  private readonly errors: CommitError[];
  private readonly zones: ReadonlySet<string>;
  private readonly applications: ReadonlySet<string>;

  constructor(root: Statement, errors: CommitError[]) {
    this.root = root;
    this.errors = errors;
    this.zones = new Set(named(root.find('security')?.find('zones'), 'security-zone'));
    const applications = root.find('applications');
    this.applications = new Set([...named(applications, 'application'), ...named(applications, 'application-set')]);
  }

  add(level: Statement, statement: string, message: string): void {
    this.errors.push({ path: level.path, statement, message });
  }

  zone(level: Statement, statement: string, zone: string): void {
    if (this.zones.has(zone) || zone === 'junos-host' || zone === 'any') return;
    this.add(level, statement, `Security zone ${quoteWord(zone)} is not configured`);
  }

  policy(context: Statement, policy: Statement): void {
    const shown = policy.words.join(' ');
    const match = policy.find('match');
    for (const name of ['source-address', 'destination-address', 'application']) {
      if ((match?.find(name)?.values.length ?? 0) > 0) continue;
      this.add(context, shown, `Missing mandatory statement: '${match === undefined ? 'match' : name}'`);
      if (match === undefined) break;
    }
    const then = policy.find('then');
    if (!['permit', 'deny', 'reject'].some((action) => then?.find(action) !== undefined)) {
      this.add(context, shown, `Missing mandatory statement: 'then'`);
    }
    for (const name of match?.find('application')?.values ?? []) {
      if (name === 'any' || name.startsWith('junos-') || this.applications.has(name)) continue;
      this.add(context, shown, `application ${quoteWord(name)} is not defined`);
    }
    const sides = [
      ['source-address', context.words[1]],
      ['destination-address', context.words[3]],
    ];
    for (const [side, zone] of sides) {
      const books = addressBooks(this.root, zone ?? null);
      for (const name of match?.find(side)?.values ?? []) {
        if (/^any(-ipv[46])?$/.test(name) || parseAddressBits(name.split('/')[0]) !== null) continue;
        if (books.some((book) => book.find('address', name) ?? book.find('address-set', name))) continue;
        this.add(context, shown, `${side} ${quoteWord(name)} is not in the address book`);
      }
    }
  }

  nat(kind: Statement): void {
    for (const rules of kind.children) {
      if (rules.words[0] !== 'rule-set') continue;
      const shown = rules.words.join(' ');
      for (const side of ['from', 'to']) {
        for (const zone of rules.find(side)?.find('zone')?.values ?? []) this.zone(kind, shown, zone);
      }
      if (rules.find('from') === undefined) this.add(kind, shown, `Missing mandatory statement: 'from'`);
      for (const rule of rules.children) {
        if (rule.words[0] !== 'rule') continue;
        const pool = rule.find('then')?.find(`${kind.words[0]}-nat`)?.find('pool')?.children[0]?.words[0];
        if (pool !== undefined && kind.find('pool', pool) === undefined) {
          this.add(rules, rule.words.join(' '), `pool ${quoteWord(pool)} is not defined`);
        }
      }
    }
  }
}

function named(level: Statement | undefined, keyword: string): string[] {
  return (level?.children ?? []).filter(({ words }) => words[0] === keyword).map(({ words }) => words[1]);
}

/** Returns the address books that name addresses of a zone (`null`: of no zone), the zone's own first. */
export function addressBooks(root: Statement, zone: string | null): Statement[] {
  const security = root.find('security');
  const books = (security?.children ?? []).filter(({ words }) => words[0] === 'address-book');
  const own = zone === null ? undefined : security?.find('zones')?.find('security-zone', zone)?.find('address-book');
  const attached = books.filter((book) => zone !== null && book.find('attach')?.find('zone', zone) !== undefined);
  const global = books.filter(({ words }) => words[1] === 'global');
  return [...(own === undefined ? [] : [own]), ...attached, ...global];
}
