import { trafficRequestSchema } from '@midplane/api';
import { PcapngWriter, PcapWriter } from '@midplane/capture';
import { checkScenario, SCENARIO_SCHEMA, type Scenario, ScenarioError } from '@midplane/scenario';
import { createTraffic, type TrafficRecords, WorkloadTraffic } from '@midplane/traffic';
import type { Context } from 'hono';
import type { Env, Services } from '../context.ts';
import { pointerOf, RequestError } from '../request-error.ts';
import { Budget } from '../run/budget.ts';
import { checkTraffic } from '../run/scenario-of.ts';
import { answerMade } from './answer-made.ts';
import type { NextBytes } from './made-stream.ts';
import { readJson } from './read-request.ts';

/** Bytes of a chunk, at least. */
const CHUNK_BYTES = 1 << 16;
const TYPES = { pcap: 'application/vnd.tcpdump.pcap', pcapng: 'application/x-pcapng' } as const;

type Item = Exclude<Scenario['traffic'][number], { capture: string }>;

/** `POST /v1/traffic`: seeded traffic as a capture, the bytes that `midplane traffic` writes. */
export function trafficRoute(services: Services): (c: Context<Env>) => Promise<Response> {
  const { limits, gate, metrics } = services;
  return async (c) => {
    const { traffic: given, format = 'pcap' } = await readJson(c, services, trafficRequestSchema);
    const item = itemOf(given, services);
    const leave = gate.enter();
    const budget = new Budget(limits, c.req.raw.signal);
    const end = (): void => {
      budget.end();
      leave();
      metrics.packets += budget.packets;
    };
    try {
      const headers = {
        'Content-Type': TYPES[format],
        'Content-Disposition': `attachment; filename="traffic.${format}"`,
      };
      return await answerMade(c, services, headers, { make: () => captureBytes(item, format, budget), budget, end });
    } catch (error) {
      end();
      throw error;
    }
  };
}

/** The description, checked with all its rules; a pointer is into the request. */
function itemOf(given: unknown, { limits }: Services): Item {
  try {
    const scenario = checkScenario({ schema: SCENARIO_SCHEMA, traffic: [given] }, { name: 'of the request' });
    checkTraffic(scenario, limits);
    const [item] = scenario.traffic;
    if ('capture' in item) {
      const rule = 'traffic must be generated: a shape or a workload';
      throw new RequestError('scenario-bad-value', `Cannot make traffic: ${rule}: got a capture`, {
        pointer: '/traffic',
      });
    }
    return item;
  } catch (error) {
    if (!(error instanceof ScenarioError)) throw error;
    const pointer = pointerOf(['traffic', ...error.steps.slice(2)]);
    throw new RequestError(codeOf(error, given), error.message.replaceAll(/\btraffic\.0\b/g, 'traffic'), { pointer });
  }
}

/** The code that the command has for it: `bad-workload` of all in a workload, `out-of-range` of a number of a shape. */
function codeOf({ code, steps }: ScenarioError, given: unknown): string {
  const [, , key] = steps;
  if (key === 'workload') return 'bad-workload';
  if (code !== 'scenario-bad-value' || typeof given !== 'object' || given === null || !('shape' in given)) return code;
  const isNumber = key === undefined || typeof (given as Record<string, unknown>)[key] === 'number';
  return isNumber ? 'out-of-range' : code; // without a key it is about several numbers together
}

function captureBytes(item: Item, format: 'pcap' | 'pcapng', budget: Budget): NextBytes {
  const traffic = 'workload' in item ? new WorkloadTraffic(item.workload) : createTraffic(item);
  const { snaplen, interfaces } = traffic.plan;
  const writer = format === 'pcap' ? new PcapWriter({ snaplen, resolution: 'ns' }) : pcapngWriter(snaplen, interfaces);
  const records = traffic.createRecords(1024);
  let isOver = false;
  return async () => {
    while (!isOver && writer.pending < CHUNK_BYTES) {
      isOver = traffic.nextInto(records) === 0;
      writeAll(records, writer);
    }
    await budget.spend(traffic.made);
    return writer.pending > 0 ? writer.take().slice() : undefined; // the writer fills its buffer again
  };
}

function writeAll(records: TrafficRecords, writer: PcapWriter | PcapngWriter): void {
  const { bytes, count, offset, capturedLength, length, seconds, nanoseconds, interfaceIndex } = records;
  for (let row = 0; row < count; row++) {
    const place = interfaceIndex[row];
    writer.add(bytes, offset[row], capturedLength[row], length[row], seconds[row], nanoseconds[row], place);
  }
}

function pcapngWriter(snaplen: number, interfaces: number): PcapngWriter {
  const writer = new PcapngWriter();
  for (let index = 0; index < interfaces; index++) writer.addInterface({ snaplen, timeExponent: 9 });
  return writer;
}
