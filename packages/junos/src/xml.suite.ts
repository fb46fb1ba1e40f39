/** An element as the checker reads it. */
export interface XmlElement {
  name: string;
  attributes: Record<string, string>;
  children: XmlElement[];
  text: string;
}

const NAME = /[A-Za-z_][\w.:-]*/y;
const CHARACTERS = /^[\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]*$/u;

/** Reads XML 1.0 without prolog, comments or CDATA, and throws where it is not well-formed. */
export function parseXml(source: string): XmlElement {
  if (!CHARACTERS.test(source)) throw new SyntaxError('a character that XML cannot hold');
  let at = 0;
  const fail = (what: string): never => {
    throw new SyntaxError(`${what} at ${at}: ${JSON.stringify(source.slice(at, at + 60))}`);
  };
  const take = (pattern: RegExp): string => {
    pattern.lastIndex = at;
    const match = pattern.exec(source) ?? fail(`no ${pattern.source}`);
    at += match[0].length;
    return match[0];
  };
  const element = (): XmlElement => {
    take(/</y);
    const found: XmlElement = { name: take(NAME), attributes: {}, children: [], text: '' };
    while (source[at] === ' ') {
      take(/ +/y);
      const name = take(NAME);
      if (name in found.attributes) fail('an attribute twice');
      found.attributes[name] = decode(take(/="[^"<]*"/y).slice(2, -1));
    }
    if (take(/\/?>/y) === '/>') return found;
    for (;;) {
      found.text += decode(take(/[^<]*/y));
      if (source.startsWith('</', at)) break;
      found.children.push(element());
    }
    take(/<\//y);
    if (take(NAME) !== found.name) fail(`not the end of ${found.name}`);
    take(/>/y);
    return found;
  };
  const root = element();
  if (source.slice(at).trim() !== '') fail('something after the root');
  return root;
}

function decode(text: string): string {
  return text.replace(/&([^;]*);?/g, (entity, name: string) => {
    const known: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#13': '\r' };
    if (!entity.endsWith(';') || !(name in known)) throw new SyntaxError(`unknown entity ${entity}`);
    return known[name];
  });
}

/** All elements of a name below one. */
export function elements(root: XmlElement, name: string): XmlElement[] {
  return root.children.flatMap((child) => [...(child.name === name ? [child] : []), ...elements(child, name)]);
}

/** The text of the first element of a name below one. */
export function textOf(root: XmlElement, name: string): string | undefined {
  return elements(root, name)[0]?.text;
}

/** The form that JSON has of the same elements: lists by name, values under `data`. */
export function asJson({ attributes, children, text }: XmlElement): Record<string, unknown> {
  const found: Record<string, unknown> = {};
  if (Object.keys(attributes).length > 0) found.attributes = attributes;
  if (children.length === 0) found.data = text;
  for (const child of children) {
    found[child.name] ??= [];
    (found[child.name] as unknown[]).push(asJson(child));
  }
  return found;
}
