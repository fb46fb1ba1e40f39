import { parseAddress } from '@midplane/flow';

/** Bytes of a MAC address in text form, six hexadecimal pairs with colons. */
export function macBytes(text: string): Uint8Array {
  if (!/^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/i.test(text)) {
    throw new SyntaxError(`Cannot parse MAC address: it must be six pairs such as 02:00:00:00:00:01: got "${text}"`);
  }
  return Uint8Array.from(text.split(':'), (pair) => Number.parseInt(pair, 16));
}

/** Bytes of an IP address of one version in text form, network order. */
export function addressBytes(text: string, family: 4 | 6): Uint8Array {
  const address = parseAddress(text);
  if (address.family !== family) {
    throw new SyntaxError(`Cannot build ipv${family}: addresses must be IPv${family}: got "${text}"`);
  }
  const bytes = new Uint8Array(16);
  const view = new DataView(bytes.buffer);
  for (let word = 0; word < 4; word++) view.setInt32(word * 4, address.words[word]);
  return bytes.subarray(0, family === 4 ? 4 : 16);
}
