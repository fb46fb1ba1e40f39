// Writing: what one packet costs, taken in chunks of 64 KiB that are thrown away.
// node --expose-gc --conditions=midplane-source packages/capture/bench/write.bench.ts [million packets, 4]
import { PcapngWriter, PcapWriter } from '@midplane/capture';

const packets = Number(process.argv[2] ?? 4) * 1_000_000;
const ROUNDS = 5;
const frames = new Uint8Array(65_536).map((_, i) => (i * 31) & 0xff);
let sink = 0;

function write(writer: PcapWriter | PcapngWriter, captured: number): void {
  let nanoseconds = 0;
  let seconds = 1_700_000_000;
  for (let i = 0; i < packets; i++) {
    nanoseconds += 997;
    if (nanoseconds > 999_999_999) {
      nanoseconds -= 1_000_000_000;
      seconds++;
    }
    const pending = writer.add(frames, (i & 1023) * 37, captured, 1_500, seconds, nanoseconds);
    if (pending >= 65_536) sink += writer.take().length;
  }
  sink += writer.take().length;
}

function pcapng(): PcapngWriter {
  const writer = new PcapngWriter();
  writer.addInterface();
  return writer;
}

console.log(`${packets / 1e6} M packets, node ${process.version}, ns per packet, median (min) of ${ROUNDS}`);
for (const captured of [64, 128, 1_500]) {
  for (const [name, make] of [
    ['pcap us', () => new PcapWriter()],
    ['pcapng ns', pcapng],
  ] as const) {
    const samples: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const start = process.hrtime.bigint();
      write(make(), captured);
      samples.push(Number(process.hrtime.bigint() - start) / packets);
    }
    samples.sort((a, b) => a - b);
    console.log(
      `${name.padEnd(10)} ${captured} bytes  ${samples[ROUNDS >> 1]!.toFixed(1)} (${samples[0]!.toFixed(1)})`,
    );
  }
}
if (sink === 0) throw new Error('nothing was written');
