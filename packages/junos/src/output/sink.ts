import type { GroupOptions, Leaf } from './template.ts';

/** Forms of output: what the terminal shows, `| display xml`, `| display json`. */
export type OutputFormat = 'text' | 'xml' | 'json';

/** All forms. */
export const OUTPUT_FORMATS: readonly OutputFormat[] = ['text', 'xml', 'json'];

/** Takes the pieces of an output in order and writes one form of it. */
export interface Sink {
  /** What was written and not yet taken. */
  buffer: string;
  words(text: string): void;
  leaf(leaf: Leaf<never>, shown: string): void;
  /** Before the first item of a group that has any. */
  openList(tag: string): void;
  openItem(tag: string, options: GroupOptions, isFirst: boolean): void;
  closeItem(tag: string): void;
  closeList(): void;
  end(): void;
}

/** Makes the sink of a form. The release goes into namespaces, the banner names the node of a cluster. */
export function createSink(format: OutputFormat, release: string, banner: string): Sink {
  switch (format) {
    case 'text':
      return new TextSink();
    case 'xml':
      return new XmlSink(release, banner);
    case 'json':
      return new JsonSink(release);
    default:
      throw new RangeError(
        `Cannot render output: format must be one of ${OUTPUT_FORMATS.join(', ')}: got ${JSON.stringify(format)}`,
      );
  }
}

/** Attributes of an item, as `display xml` prints them. */
function attributesOf(release: string, { namespace, style }: GroupOptions): [string, string][] {
  const attributes: [string, string][] = [];
  if (namespace !== undefined) attributes.push(['xmlns', `http://xml.juniper.net/junos/${release}/${namespace}`]);
  if (style !== undefined) attributes.push(['junos:style', style]);
  return attributes;
}

class TextSink implements Sink {
  buffer = '';

  words(text: string): void {
    this.buffer += text;
  }

  leaf({ format }: Leaf<never>, shown: string): void {
    if (format !== null) this.buffer += format(shown);
  }

  openList(): void {}

  openItem(_tag: string, { between = '' }: GroupOptions, isFirst: boolean): void {
    if (!isFirst) this.buffer += between;
  }

  closeItem(): void {}

  closeList(): void {}

  end(): void {}
}

const INDENT = '    ';

class XmlSink implements Sink {
  buffer: string;
  readonly #release: string;
  readonly #banner: string;
  #indent = INDENT;

  constructor(release: string, banner: string) {
    this.#release = release;
    this.#banner = banner;
    this.buffer = `<rpc-reply xmlns:junos="${escapeXml(`http://xml.juniper.net/junos/${release}/junos`)}">\n`;
  }

  words(): void {}

  leaf({ tag }: Leaf<never>, shown: string): void {
    this.buffer += `${this.#indent}<${tag}>${escapeXml(shown)}</${tag}>\n`;
  }

  openList(): void {}

  openItem(tag: string, options: GroupOptions): void {
    let attributes = '';
    for (const [name, value] of attributesOf(this.#release, options)) attributes += ` ${name}="${escapeXml(value)}"`;
    this.buffer += `${this.#indent}<${tag}${attributes}>\n`;
    this.#indent += INDENT;
  }

  closeItem(tag: string): void {
    this.#indent = this.#indent.slice(INDENT.length);
    this.buffer += `${this.#indent}</${tag}>\n`;
  }

  closeList(): void {}

  end(): void {
    const inner = `${INDENT}${INDENT}<banner>${escapeXml(this.#banner)}</banner>\n`;
    this.buffer += `${INDENT}<cli>\n${inner}${INDENT}</cli>\n</rpc-reply>\n`;
  }
}

const XML_ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Escapes text for XML 1.0; characters that XML cannot hold become U+FFFD. */
export function escapeXml(text: string): string {
  if (!/[^\t\n -!#-%'-;=?-~]/.test(text)) return text;
  return (
    text
      .toWellFormed()
      .replace(/[&<>"]/g, (character) => XML_ENTITIES[character])
      .replace(/\r/g, '&#13;')
      // biome-ignore lint/suspicious/noControlCharactersInRegex: exactly those are not allowed in XML
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd')
  );
}

/** Every element is a member whose value is a list; a value stands under `data`, attributes under `attributes`. */
class JsonSink implements Sink {
  buffer = '{';
  readonly #release: string;
  #indent = INDENT;
  #hasMember = false;

  constructor(release: string) {
    this.#release = release;
  }

  words(): void {}

  leaf({ tag }: Leaf<never>, shown: string): void {
    const indent = this.#indent;
    this.#startMember();
    this.buffer += `${JSON.stringify(tag)} : [\n${indent}{\n${indent}${INDENT}"data" : ${JSON.stringify(shown)}\n${indent}}\n${indent}]`;
  }

  openList(tag: string): void {
    this.#startMember();
    this.buffer += `${JSON.stringify(tag)} : [`;
  }

  openItem(_tag: string, options: GroupOptions, isFirst: boolean): void {
    this.buffer += `${isFirst ? '' : ','}\n${this.#indent}{`;
    this.#indent += INDENT;
    this.#hasMember = false;
    const attributes = attributesOf(this.#release, options);
    if (attributes.length === 0) return;
    this.#startMember();
    const members = attributes.map(([name, value]) => `${JSON.stringify(name)} : ${JSON.stringify(value)}`);
    this.buffer += `"attributes" : {${members.join(', ')}}`;
  }

  closeItem(): void {
    this.#indent = this.#indent.slice(INDENT.length);
    this.buffer += `\n${this.#indent}}`;
    this.#hasMember = true;
  }

  closeList(): void {
    this.buffer += `\n${this.#indent}]`;
  }

  end(): void {
    this.buffer += '\n}\n';
  }

  #startMember(): void {
    this.buffer += `${this.#hasMember ? ',' : ''}\n${this.#indent}`;
    this.#hasMember = true;
  }
}
