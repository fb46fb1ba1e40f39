/** How packets leave the chassis over the fabric; with nothing set, packets and bytes per I/O card are counted. */
export interface EgressOptions {
  /** What the fabric brings to one I/O card, gigabits per second; default: no limit. */
  readonly gigabitsPerSecond?: number;
  /** Packets that wait for an I/O card or are on their way to it; default {@link EGRESS_QUEUE_PACKETS}. Needs a rate. */
  readonly queuePackets?: number;
}

/** Memory that packets take while they are in the chassis. */
export interface PacketMemoryOptions {
  /** Bytes of each SPU. */
  readonly spuBytes: number;
}

/** Packets that fit into the queue of an I/O card where a rate is given. Fidelity: assumed. Nothing is published. */
export const EGRESS_QUEUE_PACKETS = 4096;

/** The figures of the egress, all of them. */
export interface ResolvedEgress {
  /** 0 = no limit. */
  readonly gigabitsPerSecond: number;
  readonly queuePackets: number;
}

/**
 * The options with their defaults.
 *
 * @throws {RangeError} If the rate is not from 0.001 to 100,000, the queue not a whole number from 1 to 1,048,576, or a
 * queue is given without a rate.
 */
export function resolveEgress({ gigabitsPerSecond, queuePackets }: EgressOptions = {}): ResolvedEgress {
  const isRate = gigabitsPerSecond === undefined || (gigabitsPerSecond >= 0.001 && gigabitsPerSecond <= 100_000);
  if (!isRate) refuse('gigabitsPerSecond must be a number from 0.001 to 100,000', gigabitsPerSecond);
  if (queuePackets !== undefined) {
    if (gigabitsPerSecond === undefined) refuse('queuePackets must stand beside gigabitsPerSecond', queuePackets);
    if (!(Number.isInteger(queuePackets) && queuePackets >= 1 && queuePackets <= 1_048_576)) {
      refuse('queuePackets must be a whole number from 1 to 1,048,576', queuePackets);
    }
  }
  return { gigabitsPerSecond: gigabitsPerSecond ?? 0, queuePackets: queuePackets ?? EGRESS_QUEUE_PACKETS };
}

/**
 * Bytes of packet memory per SPU.
 *
 * @throws {RangeError} If they are not a whole number from 1 to 10^12.
 */
export function resolvePacketMemory({ spuBytes }: PacketMemoryOptions): number {
  if (Number.isInteger(spuBytes) && spuBytes >= 1 && spuBytes <= 1e12) return spuBytes;
  throw new RangeError(
    `Cannot set packet memory: spuBytes must be a whole number from 1 to 1,000,000,000,000: got ${String(spuBytes)}`,
  );
}

function refuse(rule: string, got: unknown): never {
  throw new RangeError(`Cannot set egress: ${rule}: got ${String(got)}`);
}
