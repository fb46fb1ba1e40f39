// Copies a little-endian pcapng file and leaves out what describes the recording machine: all options of the section
// header, and of each interface all but its name and time stamp resolution. Blocks of other types than interface
// descriptions and enhanced packets (statistics, names, secrets) are dropped.
// Usage: node strip-host.mjs INPUT OUTPUT
import { readFileSync, writeFileSync } from 'node:fs';

const SECTION = 0x0a0d0d0a;
const INTERFACE = 1;
const ENHANCED_PACKET = 6;
const IF_NAME = 2;
const IF_TSRESOL = 9;

const [input, output] = process.argv.slice(2);
const bytes = readFileSync(input);
const blocks = [];

function block(type, body) {
  const length = 12 + body.length;
  const out = Buffer.alloc(length);
  out.writeUInt32LE(type, 0);
  out.writeUInt32LE(length, 4);
  body.copy(out, 8);
  out.writeUInt32LE(length, length - 4);
  return out;
}

function keepOptions(options, codes) {
  const kept = [];
  for (let at = 0; at + 4 <= options.length; ) {
    const code = options.readUInt16LE(at);
    const size = 4 + Math.ceil(options.readUInt16LE(at + 2) / 4) * 4;
    if (code === 0 || codes.includes(code)) kept.push(options.subarray(at, at + size));
    at += size;
  }
  return Buffer.concat(kept);
}

for (let at = 0; at < bytes.length; ) {
  const type = bytes.readUInt32LE(at);
  const length = bytes.readUInt32LE(at + 4);
  const body = bytes.subarray(at + 8, at + length - 4);
  if (type === SECTION) {
    if (body.readUInt32LE(0) !== 0x1a2b3c4d) throw new Error('Cannot strip capture: it must be little-endian');
    blocks.push(block(SECTION, body.subarray(0, 16)));
  } else if (type === INTERFACE) {
    blocks.push(block(INTERFACE, Buffer.concat([body.subarray(0, 8), keepOptions(body.subarray(8), [IF_NAME, IF_TSRESOL])])));
  } else if (type === ENHANCED_PACKET) {
    blocks.push(bytes.subarray(at, at + length));
  }
  at += length;
}
writeFileSync(output, Buffer.concat(blocks));
