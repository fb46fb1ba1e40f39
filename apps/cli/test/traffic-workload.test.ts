import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type planWorkload, WorkloadTraffic } from '@midplane/traffic';
import { describe, expect, it } from 'vitest';
import { midplane, midplaneJson, temporaryFile, temporaryFolder } from './_midplane.ts';

interface Written {
  packets: number;
  flows: number;
  floodPackets: number;
  workload: ReturnType<typeof planWorkload>;
}

interface Inspected {
  counts: Record<string, number>;
  flows: { total: number };
}

/** Writes a capture and returns what the command said and what `inspect` counts in it; `found` are its flows. */
async function write(
  ...args: string[]
): Promise<Written & Pick<Inspected, 'counts'> & { found: number; bytes: Buffer }> {
  const file = join(temporaryFolder(), 'x.pcapng');
  const said = await midplaneJson('traffic', '-o', file, ...args);
  expect([said.code, said.err]).toEqual([0, '']);
  const { counts, flows } = (await midplaneJson('inspect', file)).value as Inspected;
  return { ...(said.value as Written), counts, found: flows.total, bytes: readFileSync(file) };
}

describe('traffic of a workload', () => {
  it.each<[string[], object]>([
    [['--duration', '2'], { durationSeconds: 2, packets: 20_000 }],
    [
      ['--arrivals', '0:0,2:100'],
      {
        arrivals: [
          { atSeconds: 0, perSecond: 0 },
          { atSeconds: 2, perSecond: 100 },
        ],
        packets: 2000,
      },
    ],
    [['--packets', '400', '--sizes', '700'], { sizes: [{ bytes: 700, weight: 1 }], flows: { count: 20 } }],
    [
      ['--flows', '9', '--sizes', '64:7,1500:1.5'],
      {
        sizes: [
          { bytes: 64, weight: 7 },
          { bytes: 1500, weight: 1.5 },
        ],
        packets: 180,
      },
    ],
    [['--flows', '9', '--elephants', '2:0.5'], { elephants: { count: 2, share: 0.5 }, packets: 220 }],
    [
      ['--flows', '9', '--sizes', 'imix', '--seed', '6', '--zipf', '0.5', '--ipv6-share', '1'],
      { seed: 6, ipv6Share: 1, flows: { zipfExponent: 0.5 } },
    ],
    [
      ['--flows', '9', '--sizes', 'imix', '--udp-share', '0.995'],
      { protocols: { tcp: 0, udp: 0.995, icmp: expect.closeTo(0.005) } },
    ],
    [['--packets', '500', '--sizes', 'imix', '--rate', '50'], { durationSeconds: 10 }],
    [
      ['--flows', '9', '--flood', 'syn:100@2-4', '--flood', 'udp:5'],
      {
        floods: [
          { kind: 'syn', perSecond: 100, fromSeconds: 2, untilSeconds: 4 },
          { kind: 'udp', perSecond: 5 },
        ],
      },
    ],
  ])('%j says it in the description', async (args, expected) => {
    const { workload, packets, counts } = await write(...args);
    expect(workload).toMatchObject(expected);
    expect(counts['packets_total']).toBe(packets);
    expect([counts['timestamps_backwards'], counts['ip_malformed']]).toEqual([0, 0]);
  });

  it('fragments and floods come in addition to the packets', async () => {
    const { packets, counts } = await write('--packets', '5000', '--fragments', '0.2', '--flood', 'syn:100');
    expect(packets).toBeGreaterThan(6_000 + 500);
    const { first, later } = counts['ipv4_fragments'] as unknown as { first: number; later: number };
    expect(first).toBeGreaterThan(300);
    expect(later).toBeGreaterThanOrEqual(first);
  });

  it('packets of floods, each of a source of its own, are counted apart from flows', async () => {
    const args = ['--packets', '5000', '--flows', '300', '--elephants', '2:0.2', '--flood', 'syn:400@2-4'];
    const { packets, flows, floodPackets, found } = await write(...args);
    expect([flows, floodPackets]).toEqual([302, 800]);
    expect(found).toBe(flows + floodPackets);
    const file = join(temporaryFolder(), 'x.pcap');
    const { out } = await midplane('traffic', '-o', file, ...args, '--repeat', '2');
    const calm = 2 * (packets - 800);
    expect(out).toContain(`x.pcap: ${2 * packets} packets, ${calm} of 302 flows and 1600 of floods, `);
  });

  it('a file is read as it is, options change it, and what --json prints gives the same bytes again', async () => {
    const description = {
      packets: 3_000,
      flows: { count: 200, popularity: 'uniform' },
      interfaces: 2,
      floods: [{ kind: 'udp', perSecond: 50 }],
    };
    const file = temporaryFile('mix.json', JSON.stringify(description));
    const first = await write('--workload', file, '--seed', '4', '--flows', '100');
    expect(first.workload).toMatchObject({
      ...description,
      seed: 4,
      flows: { count: 100, popularity: 'uniform' },
      floods: [{ perSecond: 50 }],
    });
    const again = await write('--workload', temporaryFile('again.json', JSON.stringify(first.workload)));
    expect(again.bytes.equals(first.bytes)).toBe(true);
    expect((await write('--workload', file, '--flows', '100')).bytes.equals(first.bytes)).toBe(false);
  });

  it('writes what WorkloadTraffic makes', async () => {
    const { packets, bytes } = await write('--packets', '300', '--sizes', '500');
    const traffic = new WorkloadTraffic({ packets: 300, sizes: 500 });
    const records = traffic.createRecords(300);
    expect(traffic.nextInto(records)).toBe(packets);
    const last = records.offset[299]!;
    expect(bytes.includes(records.bytes.subarray(last, last + records.capturedLength[299]!))).toBe(true);
  });

  it('--repeat goes on in time', async () => {
    const { packets, counts } = await write('--packets', '300', '--duration', '2', '--repeat', '3');
    expect([packets, counts['timestamps_backwards']]).toEqual([900, 0]);
  });
});

describe('traffic refuses', () => {
  it.each<[string, string[], string, string]>([
    [
      'a file that is not there',
      ['--workload', '/no/such.json'],
      'no-such-file',
      'Cannot read workload: the file must exist: got "/no/such.json"',
    ],
    [
      'a directory',
      ['--workload', '/'],
      'not-readable',
      'Cannot read workload: the file must be readable: got EISDIR for "/"',
    ],
    [
      'a shape and a workload',
      ['--shape', 'many', '--sizes', '1500'],
      'usage-conflict',
      '--shape must be absent where --workload, ',
    ],
    [
      'rate and duration',
      ['--rate', '5', '--duration', '5'],
      'usage-conflict',
      '--rate must be absent where --duration is given: got 5',
    ],
    [
      'rate and arrivals',
      ['--rate', '5', '--arrivals', '0:1,9:1'],
      'usage-conflict',
      '--rate must be absent where --arrivals is given: got 5',
    ],
    ['rate of 0', ['--rate', '0', '--sizes', '500'], 'out-of-range', '--rate must be above 0: got 0'],
    [
      'UDP share of 2',
      ['--udp-share', '2', '--sizes', '500'],
      'out-of-range',
      '--udp-share must be a number from 0 to 1: got 2',
    ],
    [
      'a size of 3',
      ['--sizes', '3'],
      'bad-workload',
      'Cannot plan traffic: --sizes must be an integer from 40 to 9000: got 3',
    ],
    [
      'a share of 2',
      ['--elephants', '4:2'],
      'bad-workload',
      'Cannot plan traffic: share of --elephants must be a number from 0 to 1: got 2',
    ],
    ['fragments of 2', ['--fragments', '2'], 'bad-workload', '--fragments must be a number from 0 to 1: got 2'],
    [
      'more flows than packets',
      ['--packets', '3', '--flows', '7', '--duration', '1'],
      'bad-workload',
      '--packets must be at least the number of flows (7): got 3',
    ],
    [
      'a ramp back in time',
      ['--arrivals', '5:1,1:1'],
      'bad-workload',
      'atSeconds of --arrivals must be a number from 5 to 1000000: got 1',
    ],
    [
      'one point',
      ['--arrivals', '5:1'],
      'usage-invalid-value',
      '--arrivals must be two points or more, as 0:0,10:5000: got "5:1"',
    ],
    [
      'a mix that is none',
      ['--sizes', '9:9:9'],
      'usage-invalid-value',
      '--sizes must be imix, one size as 1500, or weights as 64:7,1500:1: got "9:9:9"',
    ],
    [
      'half an elephant',
      ['--elephants', '4'],
      'usage-invalid-value',
      '--elephants must be a number of flows and their share, as 4:0.5: got "4"',
    ],
    [
      'another flood',
      ['--flood', 'icmp:4'],
      'usage-invalid-value',
      '--flood must be as syn:50000 or udp:50000@2-8: got "icmp:4"',
    ],
  ])('%s', async (_, args, code, message) => {
    const file = join(temporaryFolder(), 'x.pcap');
    const said = await midplane('traffic', '-o', file, ...args);
    expect([said.code, said.out]).toEqual([2, '']);
    expect(said.err).toContain(message);
    expect(said.err.trimEnd().endsWith(`[${code}]`), said.err).toBe(true);
    expect(() => readFileSync(file)).toThrow('ENOENT'); // refused before the file is touched
  });

  it.each([
    ['{"flows":{"popularity":"zpf"}}', 'flows.popularity in ', ' must be one of zipf, uniform: got "zpf"'],
    ['{"flow":{}}', 'flow in ', ' must be one of the keys seed, '],
    ['[]', '', ' must be an object with the keys seed, '],
    ['7', '', ' must be an object with the keys seed, '],
    ['{"seed":1,}', '', ' must be JSON: got an error, '],
  ])('a file with %s', async (content, before, after) => {
    const file = temporaryFile('mix.json', content);
    const said = await midplane('traffic', '--workload', file, '-o', join(temporaryFolder(), 'x.pcap'));
    expect(said.code).toBe(2);
    expect(said.err).toContain(`: ${before}"${file}"${after}`);
  });
});
