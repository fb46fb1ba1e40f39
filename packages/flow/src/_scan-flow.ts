import { decodeAddress } from './_decode-address.ts';
import { lookUpProtocol, PROTOCOL_WORDS } from './_protocol-names.ts';
import { createFlowKey } from './flow-key.ts';
import {
  FLOW_KEY_DESTINATION,
  FLOW_KEY_PROTOCOL,
  FLOW_KEY_SELECTOR,
  FLOW_KEY_SOURCE,
  type SelectorKind,
} from './key.ts';
import { PROTOCOL_ICMP, PROTOCOL_ICMP6, protocolName, selectorKind } from './protocol.ts';

/** Reads a flow in every form; see `parseFlow`. */
export function scanFlow(text: string): Int32Array {
  const scanner = new Scanner(text);
  scanner.take(/(?:in|out)\s*:(?!:)/iy);
  const key = createFlowKey();
  const source = scanner.endpoint(key, FLOW_KEY_SOURCE, 'source');
  if (scanner.take(/-{0,2}>/y) === undefined) scanner.fail('">" or "-->" must follow the source');
  const destination = scanner.endpoint(key, FLOW_KEY_DESTINATION, 'destination');
  if (source.family !== destination.family) {
    scanner.fail(`destination must be an IPv${source.family} address like the source`, destination.column);
  }
  const protocol = scanner.protocol(source.family);
  const kind = selectorKind(protocol);
  key[FLOW_KEY_PROTOCOL] = (source.family << 8) | protocol;
  key[FLOW_KEY_SELECTOR] = readSelector(scanner, kind, protocolName(protocol), source, destination);
  if (scanner.take(/,/y) === undefined && !scanner.isAtEnd()) {
    const accepted = { ports: '', spi: 'spi=NUMBER or ', identifier: 'id=NUMBER or ', none: '' }[kind];
    scanner.fail(`${accepted}the end of the text must follow the protocol ${protocolName(protocol)}`);
  }
  return key;
}

interface Endpoint {
  readonly family: 4 | 6;
  readonly column: number;
  /** -1 where there is none. */
  readonly port: number;
  readonly portColumn: number;
}

function readSelector(scanner: Scanner, kind: SelectorKind, name: string, from: Endpoint, to: Endpoint): number {
  if (kind === 'ports') {
    for (const [end, { port, portColumn }] of [
      ['source', from],
      ['destination', to],
    ] as const) {
      if (port < 0) scanner.fail(`${name} must have a port from 0 to 65535 after the ${end} address`, portColumn);
    }
    return (from.port << 16) | to.port;
  }
  const given = from.port >= 0 ? from : to;
  if (kind === 'identifier') {
    const identifier = scanner.assignment(/id\s*=/iy, 'identifier', 0xffff) ?? Math.max(given.port, 0);
    if (given.port >= 0 && (from.port !== to.port || identifier !== given.port)) {
      scanner.fail(`${name} must have one identifier, written as id=NUMBER after the protocol`, given.portColumn);
    }
    return (identifier << 16) | identifier;
  }
  if (from.port > 0 || to.port > 0) {
    const wrong = from.port > 0 ? from : to;
    scanner.fail(
      `${name} must have no port${kind === 'spi' ? ' but spi=NUMBER after the protocol' : ''}`,
      wrong.portColumn,
    );
  }
  return kind === 'spi' ? (scanner.assignment(/spi\s*=/iy, 'SPI', 0xffffffff) ?? 0) | 0 : 0;
}

/** Walks over the text from left to right; every `fail` throws with the column of the part at fault. */
class Scanner {
  readonly text: string;
  position = 0;

  constructor(text: string) {
    this.text = text;
  }

  /** Skips blanks, then consumes what the sticky pattern matches; undefined if it does not. */
  take(pattern: RegExp): string | undefined {
    this.skipBlanks();
    pattern.lastIndex = this.position;
    const match = pattern.exec(this.text);
    if (match === null) return undefined;
    this.position += match[0].length;
    return match[0];
  }

  skipBlanks(): void {
    while (this.position < this.text.length && this.text.charCodeAt(this.position) <= 32) this.position++;
  }

  isAtEnd(): boolean {
    this.skipBlanks();
    return this.position === this.text.length;
  }

  /** Throws; the part at fault runs from the column (default: here) to the next blank or separator. */
  fail(rule: string, column?: number): never {
    if (column === undefined) this.skipBlanks();
    const at = column ?? this.position + 1;
    const part = /^[>;,/]?[^\s>;,/]*/.exec(this.text.slice(at - 1))?.[0] ?? '';
    const got = part === '' ? 'nothing' : JSON.stringify(part.length > 60 ? `${part.slice(0, 60)}...` : part);
    const error = new SyntaxError(`Cannot parse flow: ${rule} at column ${at}: got ${got}`);
    throw Object.assign(error, { line: 1, column: at });
  }

  endpoint(key: Int32Array, at: number, end: string): Endpoint {
    this.skipBlanks();
    const column = this.position + 1;
    const bracket = this.take(/\[[^\]\s>]*\]/y);
    const word = bracket?.slice(1, -1) ?? this.take(/[^\s>/;,[\]-]+/y) ?? '';
    // a single colon ends an IPv4 address; IPv6 has two at least and takes its port behind a bracket
    const colon = bracket === undefined && word.indexOf(':') === word.lastIndexOf(':') ? word.indexOf(':') : -1;
    const address = colon < 0 ? word : word.slice(0, colon);
    if (colon >= 0) this.position -= word.length - colon;
    const family = decodeAddress(address, key, at);
    if (family === 0 || (bracket !== undefined && family === 4)) {
      const form =
        bracket === undefined ? 'an IPv4 address without leading zeros or an IPv6 address' : 'an IPv6 address';
      this.fail(`${end} must be ${form} without zone or prefix`, column);
    }
    const separator = this.take(bracket === undefined && colon < 0 ? JUNOS_PORT : /:|\/(?=\s*\d+\s*(?:-{0,2}>|;|\/))/y);
    const portColumn = this.position + 1;
    return { family, column, port: separator === undefined ? -1 : this.number('port', 0xffff), portColumn };
  }

  protocol(family: 4 | 6): number {
    if (this.take(/[/;]/y) === undefined) {
      this.fail('"/" and a protocol (such as /tcp, /udp, /icmp, /esp, /gre or a number) must follow the destination');
    }
    this.skipBlanks();
    const column = this.position + 1;
    const word = this.take(/[\w-]+/y) ?? '';
    const protocol = lookUpProtocol(word);
    if (protocol < 0) this.fail(`protocol must be a number from 0 to 255 or one of ${PROTOCOL_WORDS}`, column);
    const named = !/^\d/.test(word);
    if (named && protocol === PROTOCOL_ICMP && family === 6) this.fail('protocol of IPv6 must be icmp6 or 1', column);
    if (named && protocol === PROTOCOL_ICMP6 && family === 4) this.fail('protocol of IPv4 must be icmp or 58', column);
    return protocol;
  }

  assignment(name: RegExp, what: string, max: number): number | undefined {
    return this.take(name) === undefined ? undefined : this.number(what, max);
  }

  /** Reads a decimal number (or, above 16 bits, a hexadecimal one with 0x). */
  number(what: string, max: number): number {
    this.skipBlanks();
    const column = this.position + 1;
    const word = this.take(/\w+/y) ?? '';
    const isNumber = /^\d{1,10}$/.test(word) || (max > 0xffff && /^0x[0-9a-f]{1,8}$/i.test(word));
    if (!isNumber || Number(word) > max) this.fail(`${what} must be a number from 0 to ${max}`, column);
    return Number(word);
  }
}

/** `/PORT` of the Junos form, told from `/PROTOCOL` by what comes after the number. */
const JUNOS_PORT = /\/(?=\s*\d+\s*(?:-{0,2}>|;|\/))/y;
