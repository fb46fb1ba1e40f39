import { type ChassisOptions, resolveChassis } from '@midplane/chassis';
import { type BuiltPacket, packet, recordsOf } from '@midplane/packet';
import { createPipeline } from './create-pipeline.ts';
import type { Pipeline, PipelineOptions } from './pipeline-options.ts';
import type { Report, ReportSpu } from './report/report.ts';
import type { PipelineSession } from './sessions/session.ts';
import { SpuStage } from './spu/spu-stage.ts';

export const MICROSECOND = 1000;
export const MILLISECOND = 1_000_000;
export const SECOND = 1_000_000_000;

/** One chassis of two I/O cards for every regime. */
export const REGIMES: readonly [string, ChassisOptions][] = [
  ['centric', { release: '12.3X48-D10', cards: '1=SPC2,2=SPC2,7=IOC1,8=IOC1', distributionMode: 'rr-based' }],
  ['hash-centric', { release: '15.1X49-D10', cards: '1=SPC2,2=SPC2,7=IOC2,8=IOC2' }],
  ['distributed', { cards: '1=SPC2,2=SPC2,7=IOC2,8=IOC2' }],
];

/** A TCP or UDP packet by its flow, such as `192.0.2.1:1000 > 198.51.100.2:80/tcp`. */
export function packetOf(flow: string, flags = 'A'): BuiltPacket {
  const [, source, sourcePort, destination, destinationPort, protocol] =
    /^\[?([^\]]+?)\]?:(\d+) > \[?([^\]]+?)\]?:(\d+)\/(tcp|udp)$/.exec(flow)!;
  const ends = { source: source!, destination: destination! };
  const ports = { sourcePort: Number(sourcePort), destinationPort: Number(destinationPort) };
  const frame = packet(flow).ethernet();
  const ip = source!.includes(':') ? frame.ipv6(ends) : frame.ipv4(ends);
  return protocol === 'tcp' ? ip.tcp({ ...ports, flags }).build() : ip.udp(ports).build();
}

/** The same packet on its way back. */
export function replyOf(flow: string): string {
  const [, source, destination, protocol] = /^(.*) > (.*)\/(.*)$/.exec(flow)!;
  return `${destination} > ${source}/${protocol}`;
}

/** How packets are played. */
export interface PlayOptions extends Omit<PipelineOptions, 'chassis'> {
  readonly chassis?: ChassisOptions;
  /** Time between packets, ns; default 1 ms: each finds what the one before has sent. */
  readonly intervalNs?: number;
  /** Interfaces that the packets come in by, in turn; default 0. */
  readonly interfaces?: readonly number[];
}

/** A path that packets were played through. */
export interface Played {
  readonly pipeline: Pipeline;
  readonly report: Report;
  /** Sessions at the end. */
  readonly sessions: PipelineSession[];
  /** Rows that SPUs still hold: there must be none. */
  readonly heldRows: number;
}

/** Plays packets through a path. */
export function play(packets: readonly BuiltPacket[], options: PlayOptions = {}): Played {
  const { chassis = {}, intervalNs = MILLISECOND, interfaces = [0], ...rest } = options;
  let spuStage: SpuStage | undefined;
  const pipeline = createPipeline({
    chassis: resolveChassis({ tableLength: 256, ...chassis }),
    stages: (standard) => {
      spuStage = standard.find((stage) => stage instanceof SpuStage);
      return standard;
    },
    ...rest,
  });
  const records = recordsOf(packets, { intervalNs });
  for (let row = 0; row < records.count; row++) records.interfaceIndex[row] = interfaces[row % interfaces.length]!;
  pipeline.offer(records);
  const report = pipeline.finish();
  const heldRows = spuStage?.['options'].held.size ?? 0;
  return { pipeline, report, sessions: [...pipeline.sessions()], heldRows };
}

/** Sum of a figure over all SPUs. */
export function sumOf(report: Report, figure: (spu: ReportSpu) => number): number {
  return report.spus.reduce((sum, spu) => sum + figure(spu), 0);
}

/** Sessions that were made. */
export const createdIn = (report: Report): number => sumOf(report, ({ sessions }) => sessions.created);

/** Drops by reason. */
export const dropsIn = (report: Report): Record<string, number> =>
  Object.fromEntries(report.drops.map(({ reason, packets }) => [reason, packets]));
