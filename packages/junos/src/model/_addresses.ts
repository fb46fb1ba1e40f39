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
  for (const name of names) for (const each of resolve(reader, statement, books, name, new Set())) prefixes.add(each);
  return [...prefixes];
}

function resolve(
  reader: ModelReader,
  statement: Statement,
  books: readonly Statement[],
  name: string,
  seen: Set<string>,
): string[] {
  if (name === 'any-ipv4') return ['0.0.0.0/0'];
  if (name === 'any-ipv6') return ['::/0'];
  for (const book of books) {
    const set = book.find('address-set', name);
    if (set !== undefined) {
      if (seen.has(name)) return [];
      seen.add(name);
      const members = [...named(set, 'address'), ...named(set, 'address-set')];
      return members.flatMap(({ words }) => resolve(reader, statement, books, words[1], seen));
    }
    const address = book.find('address', name);
    if (address === undefined) continue;
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
