const DECIMAL = /^(0|[1-9]\d{0,2})$/;
const HEX_GROUP = /^[0-9a-fA-F]{1,4}$/;

/** Writes the address into four words and returns its family; 0, with nothing written, if the text is no address. */
export function decodeAddress(text: string, out: Int32Array, outAt: number): 0 | 4 | 6 {
  if (!text.includes(':')) {
    const word = decodeDotted(text);
    if (word < 0) return 0;
    out[outAt] = word;
    out[outAt + 1] = 0;
    out[outAt + 2] = 0;
    out[outAt + 3] = 0;
    return 4;
  }
  const groups = decodeGroups(text);
  if (groups === undefined) return 0;
  for (let i = 0; i < 4; i++) out[outAt + i] = (groups[2 * i] << 16) | groups[2 * i + 1];
  return 6;
}

/** The address as an unsigned number, -1 if it is not four decimal numbers. */
function decodeDotted(text: string): number {
  const parts = text.split('.');
  if (parts.length !== 4) return -1;
  let value = 0;
  for (const part of parts) {
    if (!DECIMAL.test(part) || Number(part) > 255) return -1;
    value = value * 256 + Number(part);
  }
  return value;
}

/** The eight groups of an IPv6 address, undefined if it is none. */
function decodeGroups(text: string): number[] | undefined {
  if (text.length > 45) return undefined; // eight groups, or six and a dotted address, are at most 45 characters
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const head = decodeHalf(halves[0], halves.length === 1);
  if (halves.length === 1) return head?.length === 8 ? head : undefined;
  const tail = decodeHalf(halves[1], true);
  if (head === undefined || tail === undefined || head.length + tail.length > 7) return undefined;
  return [...head, ...new Array<number>(8 - head.length - tail.length).fill(0), ...tail];
}

/** The groups of one side of `::`; only the end of the whole address may be dotted. */
function decodeHalf(text: string, isEnd: boolean): number[] | undefined {
  if (text === '') return [];
  const groups: number[] = [];
  const parts = text.split(':');
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i];
    if (HEX_GROUP.test(part)) {
      groups.push(Number.parseInt(part, 16));
      continue;
    }
    const dotted = isEnd && i === parts.length - 1 ? decodeDotted(part) : -1;
    if (dotted < 0) return undefined;
    groups.push(Math.floor(dotted / 65_536), dotted % 65_536);
  }
  return groups;
}
