import { resolveChassis } from '@midplane/chassis';
import { packet, recordsOf } from '@midplane/packet';
import { describe, expect, it } from 'vitest';
import { createPipeline } from '../create-pipeline.ts';
import type { PipelineOptions } from '../pipeline-options.ts';
import { renderReportCsv } from './render-csv.ts';
import { renderReportText } from './render-text.ts';
import { reportJsonSchema } from './schema.ts';
import { formatCount, formatSeconds, renderTable } from './text-table.ts';

const frames = [1, 2, 3].map((n) =>
  packet()
    .ethernet()
    .ipv4({ source: `192.0.2.${n}`, destination: '198.51.100.1' })
    .udp({ sourcePort: n })
    .build(),
);

function report() {
  const pipeline = createPipeline({ chassis: resolveChassis({ cards: '0=SPC3,2=IOC2', release: '18.2R1' }) });
  pipeline.offer(recordsOf([...frames, packet().ethernet().llc().payload(35).build()]));
  return pipeline.finish('the file ends in the middle of a packet');
}

describe('renderReportText()', () => {
  it('shows chassis, totals, every SPU, evenness, drops and assumptions', () => {
    const text = renderReportText(report());
    expect(text).toMatch(/^Chassis srx5800, release 18\.2R1: 0=SPC3, 2=IOC2\nSPC3 is SRX5K-SPC3, IOC2 is SRX5K-MPC\n/);
    expect(text).toContain('delivered 3, to the Routing Engine 0, dropped 1');
    expect(text).toContain('The input ended early: the file ends in the middle of a packet');
    expect(text).toMatch(/^ {2}0 {2}fpc0\.pic0 {2}SPC3 {2}cp-flow /m);
    expect(text).toMatch(/^ {2}1 {2}fpc0\.pic1 {2}SPC3 {2}flow /m);
    expect(text).toMatch(/^sessions {2}max\/mean .*\n +chi-square p 0\.5637: by chance alone, 56\.4 % of runs/m);
    expect(text).toMatch(/^family-drop +1 +\d+$/m);
    expect(text).toContain('hash crc32c');
    expect(text).toMatch(/^Assumed, .*\nhash: crc32c; (.*\n)*.*max gap: 1 day\n$/m);
    expect(text).not.toMatch(/[^\S\n]$/m);
  });

  it('says that CPU is of a whole second where the run was over before', () => {
    const made = report();
    expect(renderReportText(made)).toContain('(what it costs is assumed; CPU is of a whole second)\n');
    const longer = { ...made, input: { ...made.input, durationNs: 1e9 } };
    expect(renderReportText(longer)).toContain('Work of the SPUs (what it costs is assumed)\n');
  });

  it('says what chance would do, also where it would hardly ever', () => {
    const { evenness, ...rest } = report();
    const withP = (pValue: number | null) => ({
      ...rest,
      evenness: { ...evenness, sessions: { ...evenness.sessions, pValue } },
    });
    expect(renderReportText(withP(0.00001))).toContain('p < 0.0001: by chance alone, fewer than 0.01 % of runs');
    expect(renderReportText(withP(0.0123))).toContain('p 0.0123: by chance alone, 1.2 % of runs');
    expect(renderReportText(withP(null))).not.toContain('chi-square');
  });

  it('says to what pauses were cut', () => {
    const records = recordsOf(frames.slice(0, 2));
    records.seconds[1] = records.seconds[0] + 10_000;
    const pipeline = createPipeline({ chassis: resolveChassis(), parameters: { maxGapNs: 5_400e9 } });
    pipeline.offer(records);
    const finished = pipeline.finish();
    expect(renderReportText(finished)).toContain('Note: 1 pause cut to 1 h 30 min');
    expect(finished.assumptions.at(-1)).toMatchObject({ parameter: 'maxGapNs', value: 5_400_000_000_000, unit: 'ns' });
  });

  it('lists as many sessions per SPU as it is told', () => {
    expect(renderReportText(report(), { topSessions: 0 })).not.toContain('Largest sessions');
    expect(renderReportText(report(), { topSessions: 1 })).toContain('Largest sessions per SPU');
  });
});

describe('renderReportCsv()', () => {
  it('has a header and a line per SPU, all of the same number of fields', () => {
    const lines = renderReportCsv(report()).split('\r\n');
    expect(lines).toHaveLength(4);
    expect(lines[3]).toBe('');
    const fields = lines.slice(0, 3).map((line) => line.split(',').length);
    expect(new Set(fields).size).toBe(1);
    expect(lines[1]).toMatch(/^0,fpc0\.pic0,SPC3,cp-flow,12582912,0\.5,32768,/);
  });
});

describe('order and egress in the text', () => {
  const text = (options: Partial<PipelineOptions>): string => {
    const chassis = resolveChassis({ cards: '1=SPC2,7=IOC2' });
    const pipeline = createPipeline({ chassis, ...options });
    const two = packet().ethernet().ipv4().udp();
    pipeline.offer(recordsOf([two.build(), two.build(), frames[0]], { intervalNs: 1000 }));
    return renderReportText(pipeline.finish());
  };

  it('are told where they are measured or modelled, and not elsewhere', () => {
    const measured = text({ ordering: { mode: 'none', measure: true } });
    expect(measured).toMatch(/^ *class +packets +reordered .*\n *udp +3 +1 +33\.33 % +1\.0 +1\n *all +3 +1 /m);
    expect(measured).toMatch(/^ *session +packets +reordered .*\n *\d+ +2 +1 +1 {2}192\.0\.2\.1:/m);
    expect(measured).toContain('leaving the chassis, direction by direction: 1 of 3 reordered (33.33 %)');
    expect(measured).toContain('egress: no limit; packet memory: no limit;');
    const limited = text({ egress: { gigabitsPerSecond: 1 }, packetMemory: { spuBytes: 100 } });
    expect(limited).toMatch(/^slot +packets +bytes +waited +queue peak .* dropped\n +7 +\d /m);
    expect(limited).toMatch(
      /egress rate: 1 Gbit\/s per I\/O card;\s+egress queue: 4,096 packets;\s+packet memory: 100 bytes per SPU;/,
    );
    expect(limited).not.toContain('Order of packets');
    expect(text({})).not.toMatch(/fabric|Order of packets/);
  });
});

describe('the ordering mode in the text', () => {
  const textOf = (cards: string, options: Partial<PipelineOptions> = {}, release = '18.2R1'): string => {
    const pipeline = createPipeline({ chassis: resolveChassis({ cards, release }), ...options });
    pipeline.offer(recordsOf(frames, { intervalNs: 1_000_000 }));
    return renderReportText(pipeline.finish());
  };

  it.each(['hardware', 'software', 'none'] as const)('%s is told once', (mode) => {
    const text = textOf('1=SPC2,7=IOC2', { ordering: { mode } });
    expect(text.match(/^.*packet ordering.*$/gm)).toEqual([`packet ordering mode: ${mode}`]);
  });

  it('R-ord-7: hardware is told to be software where there is no packet ordering engine', () => {
    const told = 'packet ordering mode: hardware; software on';
    expect(textOf('0=SPC3,2=IOC2')).toContain(`\n${told} SPC3, which has no engine for it\n`);
    const old = textOf('1=SPC1,2=SPC2,7=IOC1', {}, '12.3X48-D10');
    expect(old).toContain(`\n${told} SPC1, which has no engine for it\n`);
    expect(textOf('0=SPC3,2=IOC2', { ordering: { mode: 'software' } })).toContain('mode: software\n');
  });

  it('R-ord-4, R-ord-7: what ordering rests on is among the assumptions', () => {
    const assumed = (text: string): string =>
      text
        .slice(text.indexOf('Assumed'))
        .replaceAll('\n', ' ')
        .match(/order.*; egress: /)![0];
    const lists = 'ordered protocols: TCP, UDP, ESP, AH, SCTP, fragments; ordering lists: 512 per SPU;';
    expect(assumed(textOf('1=SPC2,7=IOC2'))).toContain(`${lists} egress: `);
    expect(assumed(textOf('0=SPC3,2=IOC2'))).toContain(`${lists} ordering mode of SPC3: software; egress: `);
    expect(assumed(textOf('1=SPC2,7=IOC2', { ordering: { protocols: [89] } }))).toContain('protocols: 89, fragments;');
    expect(assumed(textOf('0=SPC3,2=IOC2', { ordering: { mode: 'none' } }))).not.toMatch(/lists|protocols|mode/);
  });

  it('R-ord-8: one that waits for the reboot is told beside the one that is in force', () => {
    const text = textOf('1=SPC2,7=IOC2', { events: [{ atNs: 500_000, ordering: 'software' }] });
    expect(text).toContain('\npacket ordering mode at the end: hardware; software from the next reboot on\n');
  });
});

describe('stalls', () => {
  const reportOf = (orderingTimeoutNs: number) => {
    const chassis = resolveChassis({ cards: '1=SPC2,7=IOC2' });
    const pipeline = createPipeline({ chassis, ordering: { measure: true }, parameters: { orderingTimeoutNs } });
    const one = packet().ethernet().ipv4().udp().build();
    pipeline.offer(recordsOf([one, one], { intervalNs: 1000 }));
    return pipeline.finish();
  };
  const stallsIn = (csv: string): string[] => csv.split('\r\n').map((line) => line.split(',').at(-1)!);

  it('R-ord-5: are told in the text and in the CSV, beside what is reordered by them', () => {
    const report = reportOf(100_000); // the first path takes longer
    const text = renderReportText(report);
    expect(text).toMatch(/^SPU .* waited for order +stalls +reordered\n +\d .* 1 +1 +1$/m);
    expect(text).toContain('stalls: ordering lists went on without 1 packet, whose work took longer than the ordering');
    expect(stallsIn(renderReportCsv(report)).filter((stalls) => stalls !== '0')).toEqual(['stalls', '1', '']);
  });

  it('packets that were not measured are told with both causes', () => {
    const { spus, ...rest } = reportOf(100_000);
    const withUnmeasured = (unmeasured: number) => ({
      ...rest,
      spus: spus.map((spu, i) => ({
        ...spu,
        ordering: { ...spu.ordering, measured: { ...spu.ordering.measured!, unmeasured: i === 0 ? unmeasured : 0 } },
      })),
    });
    const why = 'too many sessions under way, or the number of theirs given to another one\n';
    expect(renderReportText(withUnmeasured(3997))).toContain(`\nnot measured: 3,997 packets: ${why}`);
    expect(renderReportText(withUnmeasured(1))).toContain(`\nnot measured: 1 packet: ${why}`);
    expect(renderReportText(withUnmeasured(0))).not.toContain('not measured');
  });

  it('are not told where there are none', () => {
    const report = reportOf(10_000_000);
    expect(renderReportText(report)).not.toContain('stalls');
    expect(stallsIn(renderReportCsv(report)).filter((stalls) => stalls !== '0')).toEqual(['stalls', '']);
  });
});

describe('reportJsonSchema()', () => {
  it('requires every part of a report and no other', () => {
    const schema = reportJsonSchema() as { required: string[]; additionalProperties: boolean };
    expect(schema.required).toEqual(Object.keys(report()));
    expect(schema.additionalProperties).toBe(false);
  });
});

describe('text of numbers and tables', () => {
  it.each([
    [0, '0'],
    [999, '999'],
    [1_234_567, '1,234,567'],
  ])('formatCount(%i) is %s', (value, text) => expect(formatCount(value)).toBe(text));

  it.each([
    [0, '0.0 ms'],
    [1_500_000, '1.5 ms'],
    [10_240_000_000, '10.2 s'],
    [1_999_990_000_000, '2,000.0 s'],
  ])('formatSeconds(%i) is %s', (value, text) => expect(formatSeconds(value)).toBe(text));

  it('renderTable() aligns and leaves no blanks at the end', () => {
    const columns = [
      { title: 'n', align: 'right' },
      { title: 'name', align: 'left' },
    ] as const;
    expect(renderTable(columns, [['10', 'a']])).toEqual([' n  name', '10  a']);
  });
});

describe('the central point in the text', () => {
  it('R-cp-16: is told where there is one, with an alarm when it was full', () => {
    const textOf = (sessions: number): string => {
      const centralPointSessions = { SPC2: sessions };
      const pipeline = createPipeline({
        chassis: resolveChassis({ release: '15.1X49-D10', cards: '1=SPC2,7=IOC2', centralPointSessions }),
      });
      pipeline.offer(recordsOf(frames, { intervalNs: 1_000_000 }));
      return renderReportText(pipeline.finish());
    };
    expect(textOf(1000)).toContain(
      'packets asked about 3, of known sessions 0; sessions installed 3, refused 0\nsessions at the end 3, at most 3, capacity 1,000\n',
    );
    expect(textOf(1000)).not.toContain('Alarm');
    expect(textOf(2)).toContain('installed 2, refused 1\nsessions at the end 2, at most 2, capacity 2\nAlarm: CP/Flow');
    expect(renderReportText(report())).not.toContain('Central point');
  });
});
