import { parsePrefix } from '../_prefix.ts';
import { addressBooks } from '../configuration/_commit-check.ts';
import type { Statement } from '../configuration/statement.ts';
import { addressOf, networkOf, prefixesOf } from './_prefix-text.ts';
import { type ModelReader, named } from './_reader.ts';

/**
 * Returns the prefixes of addresses of a policy or a rule.
 *
 * @param zone Zone whose address book counts, `null` for the global one alone.
 * @returns Prefixes; `null` if every address matches; an empty list if the model knows none of them.
 */
export function readAddresses(
  reader: ModelReader,
  statement: Statement,
  names: readonly string[],
  zone: string | null,
): string[] | null {
  if (names.length === 0 || names.includes('any')) return null;
  const books = addressBooks(reader.root, zone);
  const prefixes = new Set<string>();
  const seen = new Set<string>();
  // not by recursion: sets may stand in sets as deep as they like
  const open = names.toReversed();
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (seen.has(name)) continue;
    seen.add(name);
    const set = books.map((book) => book.find('address-set', name!)).find((each) => each !== undefined);
    if (set !== undefined) {
      const members = [...named(set, 'address'), ...named(set, 'address-set')];
      for (const { words } of members.toReversed()) open.push(words[1]);
    } else for (const each of readAddress(reader, statement, books, name)) prefixes.add(each);
  }
  return [...prefixes];
}

function readAddress(reader: ModelReader, statement: Statement, books: readonly Statement[], name: string): string[] {
  if (name === 'any-ipv4') return ['0.0.0.0/0'];
  if (name === 'any-ipv6') return ['::/0'];
  const address = books.map((book) => book.find('address', name)).find((each) => each !== undefined);
  if (address !== undefined) {
    const prefixes = address.children.flatMap((child) => prefixesOfEntry(child));
    if (prefixes.length === 0) reader.warn(address, `address ${name} has no prefix that the model knows`);
    return prefixes;
  }
  if (parsePrefix(name) !== null) return [networkOf(name)];
  reader.warn(statement, `address ${name} is in no address book`);
  return [];
}

function prefixesOfEntry({ schema, words }: Statement): string[] {
  if (schema?.name === 'prefix') return [networkOf(words[0])];
  if (schema?.name !== 'range-address') return [];
  const [low, high] = [addressOf(words[1]), addressOf(words[3])];
  if (low.family !== high.family || low.bits > high.bits) return [];
  return prefixesOf({ family: low.family, first: low.bits, last: high.bits });
}
