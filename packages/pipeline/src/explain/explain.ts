import { FLOW_KEY_WORDS, flowsEqual, formatFlow, reverseFlow } from '@midplane/flow';
import type { PacketRecords } from '@midplane/packet';
import { unitsOf } from '../control/units.ts';
import { createPipeline } from '../create-pipeline.ts';
import type { Pipeline, PipelineOptions } from '../pipeline-options.ts';
import { WHERE_HONEST } from '../where/where.ts';
import type { ExplainedPacket, Explanation } from './explanation.ts';
import { observeStages } from './observe.ts';
import { tellPacket } from './tell.ts';

/** Most packets that an explanation tells; the rest is counted. */
export const EXPLAIN_LIMIT = 1000;

/** What is asked of {@link Explainer}: a packet by its number, or the packets of a flow. */
export interface ExplainOptions extends Omit<PipelineOptions, 'stages'> {
  /** Arrival number of the packet, from 1. */
  readonly packet?: number;
  /** Flow key: packets of it, in either direction, with its fragments and the ICMP errors about it. */
  readonly flow?: Int32Array;
}

/**
 * Tells packet by packet what each stage decided, and by which rules of the model.
 *
 * It sends the packets down a pipeline of its own whose stages are watched, which changes nothing they decide. Only the
 * packets that are asked for are kept, {@link EXPLAIN_LIMIT} at most.
 *
 * Fidelity: inferred. Every step names the rules that it follows, each with its own mark.
 *
 * @example Why the second packet of a session takes the fast path
 * ```ts
 * import { Explainer } from '@midplane/pipeline';
 * import { resolveChassis } from '@midplane/chassis';
 * import { packet, recordsOf } from '@midplane/packet';
 * import assert from 'node:assert/strict';
 *
 * const query = packet().ethernet().ipv4().udp({ sourcePort: 5000, destinationPort: 53 }).build();
 * const explainer = new Explainer({ chassis: resolveChassis(), packet: 2 });
 * explainer.offer(recordsOf([query, query], { intervalNs: 1_000_000 }));
 * const [second] = explainer.finish().packets;
 * assert.equal(second.pass, 'fast path');
 * assert.equal(second.npu, 'hit');
 * assert.deepEqual(second.steps.find(({ stage }) => stage === 'npu')?.rules, [{ id: 'R-npu-2', mark: 'documented' }]);
 * ```
 */
export class Explainer {
  /** The path that the packets take; offer packets to the explainer, not to it. */
  readonly pipeline: Pipeline;
  private readonly options: ExplainOptions;
  private readonly packets: ExplainedPacket[] = [];
  private readonly reverse: Int32Array | undefined;
  private readonly nearest = new Int32Array(FLOW_KEY_WORDS);
  private nearness = 0;
  private matched = 0;

  /** @throws {RangeError} If not exactly one of `packet` and `flow` is given, or the packet is no whole number from 1. */
  constructor(options: ExplainOptions) {
    const { packet, flow, chassis, symmetric = true } = options;
    if ((packet === undefined) === (flow === undefined)) {
      const got = packet === undefined ? 'neither' : 'both';
      throw new RangeError(`Cannot explain packets: a packet or a flow must be given: got ${got}`);
    }
    if (packet !== undefined && !(Number.isSafeInteger(packet) && packet > 0)) {
      throw new RangeError(`Cannot explain packet: number must be a whole number from 1: got ${String(packet)}`);
    }
    this.options = options;
    const units = unitsOf(chassis, options.events ?? []);
    this.reverse = flow && reverseFlow(flow);
    this.pipeline = createPipeline({
      ...options,
      stages: (standard) =>
        observeStages(standard, {
          wants: (number, key) => this.wants(number, key),
          see: (seen) => {
            const { distributionTable, hash } = this.pipeline;
            const rows = distributionTable.length;
            const configuration = seen.configuration ?? this.pipeline.configuration;
            const { regime } = chassis;
            this.packets.push(tellPacket(seen, { regime, units, hash, symmetric, rows, configuration }));
          },
        }),
    });
  }

  /** Whether nothing that is asked for can come any more. */
  get isDone(): boolean {
    return this.options.packet !== undefined && this.packets.length > 0;
  }

  /**
   * Sends packets down the path.
   *
   * @throws {Error} After `finish`.
   */
  offer(records: PacketRecords): void {
    this.pipeline.offer(records);
  }

  /** Ends the input and returns what was asked for, in the order of arrival. */
  finish(): Explanation {
    this.pipeline.finish();
    const { release, regime, distributionMode } = this.options.chassis;
    return {
      schema: 'midplane-explain/1',
      honest: WHERE_HONEST,
      release,
      regime,
      distributionMode,
      // a packet that is found ends the reading, wherever the input was cut
      offered: this.isDone ? this.options.packet! : this.pipeline.offered,
      matched: this.matched,
      packets: this.packets.toSorted((a, b) => a.packet - b.packet),
      nearestFlow: this.matched === 0 && this.nearness > 0 ? formatFlow(this.nearest) : undefined,
    };
  }

  /** Counts a packet if it is asked for; true if it is also told. */
  private wants(number: number, key: Int32Array | undefined): boolean {
    const { packet, flow } = this.options;
    if (flow === undefined) {
      if (number !== packet) return false;
    } else {
      if (key === undefined) return false;
      if (!flowsEqual(key, flow) && !flowsEqual(key, this.reverse!)) {
        if (this.matched === 0) this.compare(key);
        return false;
      }
    }
    this.matched++;
    return this.packets.length < EXPLAIN_LIMIT;
  }

  /** Keeps the flow that has most in common with the one asked for: an address at least. */
  private compare(key: Int32Array): void {
    const { flow } = this.options;
    const nearness = Math.max(commonFields(key, flow!), commonFields(key, this.reverse!));
    if (nearness <= this.nearness) return;
    this.nearness = nearness;
    this.nearest.set(key);
  }
}

/** How much two flows have in common; 0 without a common address. */
function commonFields(a: Int32Array, b: Int32Array): number {
  let addresses = 0;
  for (const at of [0, 4]) {
    if ([0, 1, 2, 3].every((word) => a[at + word] === b[at + word])) addresses++;
  }
  if (addresses === 0) return 0;
  const selector = a[8] ^ b[8];
  const ports = (selector >>> 16 === 0 ? 1 : 0) + ((selector & 0xffff) === 0 ? 1 : 0);
  return 3 * addresses + ports + (a[9] === b[9] ? 2 : 0);
}
