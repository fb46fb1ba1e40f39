// Decode of an IMIX-like mix: ns per packet over windows of 256 rows. Seeded input, consumed result, plain node.
//   node --conditions=midplane-source packages/packet/bench/decode.bench.ts [rounds]
import { decodePackets, PacketBatch, type PacketRecords } from '../src/index.ts';

const ROWS = 256;
const WINDOWS = 64;
const rounds = Number(process.argv[2] ?? 40);

/** Mulberry32: 32-bit seeded generator. */
function mulberry32(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return (t ^ (t >>> 14)) >>> 0;
  };
}

interface Mix {
  readonly ipv6: number;
  readonly vlan: number;
  readonly icmp: number;
  readonly fragment: number;
}

/** Windows of frames captured with a snaplen of 96 bytes; shares of `mix` are in percent. */
function makeWindows(mix: Mix): PacketRecords[] {
  const random = mulberry32(1);
  const windows: PacketRecords[] = [];
  for (let w = 0; w < WINDOWS; w++) {
    const bytes = new Uint8Array(ROWS * 112);
    const view = new DataView(bytes.buffer);
    const offset = new Int32Array(ROWS);
    const capturedLength = new Int32Array(ROWS);
    const length = new Uint32Array(ROWS);
    let at = 0;
    for (let row = 0; row < ROWS; row++) {
      at += 16; // record header
      const size = random() % 12;
      const ipv6 = random() % 100 < mix.ipv6;
      const wire = size < 7 ? (ipv6 ? 84 : 64) : size < 11 ? 594 : 1518;
      offset[row] = at;
      length[row] = wire;
      capturedLength[row] = Math.min(wire, 96);
      let l3 = at + 14;
      let typeAt = at + 12;
      if (random() % 100 < mix.vlan) {
        view.setUint16(typeAt, 0x8100);
        typeAt += 4;
        l3 += 4;
      }
      const icmp = random() % 100 < mix.icmp;
      const protocol = icmp ? 1 : random() % 4 === 0 ? 17 : 6;
      let l4 = l3 + 20;
      if (ipv6) {
        l4 = l3 + 40;
        view.setUint16(typeAt, 0x86dd);
        view.setUint32(l3, 0x60000000);
        view.setUint16(l3 + 4, wire - 58);
        view.setUint8(l3 + 6, icmp ? 58 : protocol);
        for (let word = 0; word < 8; word++) view.setUint32(l3 + 8 + word * 4, random());
      } else {
        view.setUint16(typeAt, 0x0800);
        view.setUint16(l3, 0x4500);
        view.setUint16(l3 + 2, wire - 18);
        if (random() % 100 < mix.fragment) view.setUint16(l3 + 6, 0x2000);
        view.setUint8(l3 + 9, protocol);
        view.setUint32(l3 + 12, random());
        view.setUint32(l3 + 16, random());
      }
      view.setUint32(l4, icmp ? 0x0800_0000 : random());
      if (!icmp) view.setUint8(l4 + 13, 0x10);
      at += capturedLength[row];
    }
    windows.push({
      count: ROWS,
      bytes,
      view,
      offset,
      capturedLength,
      length,
      linkType: new Uint16Array(ROWS).fill(1),
      interfaceIndex: new Int32Array(ROWS),
      seconds: new Float64Array(ROWS),
      nanoseconds: new Int32Array(ROWS),
    });
  }
  return windows;
}

const cases: [string, PacketRecords[]][] = [
  ['IPv4 TCP/UDP', makeWindows({ ipv6: 0, vlan: 0, icmp: 0, fragment: 0 })],
  ['IPv6 TCP/UDP', makeWindows({ ipv6: 100, vlan: 0, icmp: 0, fragment: 0 })],
  ['mix: 20 % IPv6, 2 % ICMP, 1 % fragments', makeWindows({ ipv6: 20, vlan: 0, icmp: 2, fragment: 1 })],
  ['mix behind one VLAN tag', makeWindows({ ipv6: 20, vlan: 100, icmp: 2, fragment: 1 })],
];
const batch = new PacketBatch(ROWS);
let sink = 0;

function run(windows: PacketRecords[], repeats: number): number {
  const began = process.hrtime.bigint();
  for (let i = 0; i < repeats; i++) {
    for (const window of windows) {
      decodePackets(window, batch);
      sink = (sink + batch.key[8] + batch.flags[ROWS - 1]) | 0;
    }
  }
  return Number(process.hrtime.bigint() - began) / (repeats * WINDOWS * ROWS);
}

const samples: number[][] = cases.map(() => []);
for (const [, windows] of cases) run(windows, 20);
for (let round = 0; round < rounds; round++) {
  cases.forEach(([, windows], i) => {
    samples[i].push(run(windows, 5));
  });
}
console.log(`decodePackets, ns per packet (${ROWS} rows a batch, ${rounds} rounds; sink ${sink >>> 0})`);
cases.forEach(([name], i) => {
  const sorted = samples[i].sort((a, b) => a - b);
  console.log(
    `  ${name.padEnd(42)} min ${sorted[0].toFixed(1).padStart(6)}  median ${sorted[rounds >> 1].toFixed(1).padStart(6)}`,
  );
});
