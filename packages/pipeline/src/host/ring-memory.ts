import { type AllocateColumn, type ColumnType, PacketBatch, type PacketRecords } from '@midplane/packet';
import { HELD_FIGURES } from '../engine/held-packets.ts';
import { createReadAhead } from '../ingress/read-ahead.ts';
import { PathBatch } from '../path-batch.ts';
import { COUNT_FIGURES } from '../spu/spu-counts.ts';

/**
 * Rows of a slot, and slots of a ring: so many that threads which take turns on a processor find something to do meanwhile,
 * and few enough for the cache that processors share. Of a slot with a group's own rows only the first ones are touched.
 */
export const SLOT_ROWS = 1024;
export const SLOTS = 64;
/** Slots that are free again when a writer that waits is told so. */
export const ROOM = 16;
/** Most SPU groups. */
export const MOST_GROUPS = 8;
/** Figures of a packet from group to group, and packets that cross at once. */
export const SENT_FIGURES: number = HELD_FIGURES + 4;
export const SENT_ROWS = 512;

/** Words of the control block; those of groups have a word each. */
export const HEAD = 0;
export const STATE = 1;
export const MEETING = 2;
export const MEETINGS = 3;
export const SIGNAL = 4;
export const TAIL = 8;
export const WAITED_FOR: number = TAIL + MOST_GROUPS;
export const SENT: number = WAITED_FOR + MOST_GROUPS;
export const GRANTED: number = SENT + 4 * MOST_GROUPS;
const CONTROL_WORDS = GRANTED + 16;

/** Values of the word STATE; 0 = the run goes on. */
export const ENDED = 1;
export const ABORTED = 2;

/** Memory that the threads of a run share. */
export interface RingMemory {
  /** SPUs that it has counts of, and groups that have a ring. */
  readonly spus: number;
  readonly groups: number;
  /** Words of the control block. */
  readonly control: SharedArrayBuffer;
  /** The batches: the rings of all groups. */
  readonly slots: SharedArrayBuffer;
  /** What SPUs had counted after each of the last batches. */
  readonly counts: SharedArrayBuffer;
  /** Packets on their way between groups: two boxes for each. */
  readonly sent: SharedArrayBuffer;
}

/** One batch for one group in shared memory: what is known of its packets without a chassis. */
export interface Slot {
  /**
   * Rows, number of the first packet, time of the last one, whether packets can be handed over, and whose packets are here:
   * -1 = those of all groups, 0 or 1 = those of this one, as `Engine.take` says.
   */
  readonly header: Float64Array;
  readonly length: Uint32Array;
  readonly interfaceIndex: Int32Array;
  /** Columns of the packets, times and hashes in shared memory, all others of this thread. */
  readonly batch: PathBatch;
}

/** Places columns one behind the other. */
class Columns {
  bytes = 0;
  private readonly buffer: SharedArrayBuffer | undefined;

  /** @param buffer Undefined: nothing is placed, and all is counted. */
  constructor(buffer?: SharedArrayBuffer, at = 0) {
    this.buffer = buffer;
    this.bytes = at;
  }

  readonly allocate: AllocateColumn = <T>(type: ColumnType<T>, length: number): T => {
    const at = this.bytes;
    this.bytes += Math.ceil((length * type.BYTES_PER_ELEMENT) / 64) * 64;
    return this.buffer === undefined ? new type(length) : new type(this.buffer, at, length);
  };
}

function createSlot({ allocate }: Columns, first?: Slot): Slot {
  const header = allocate(Float64Array, 5);
  const length = allocate(Uint32Array, SLOT_ROWS);
  const interfaceIndex = allocate(Int32Array, SLOT_ROWS);
  const batch = new PathBatch(new PacketBatch(SLOT_ROWS, allocate), true, allocate, first?.batch);
  batch.fromBytes = createReadAhead(SLOT_ROWS, allocate);
  return { header, length, interfaceIndex, batch };
}

/** Makes the memory of a run. */
export function createRingMemory(spus: number, groups: number): RingMemory {
  const columns = new Columns();
  createSlot(columns);
  return {
    spus,
    groups,
    control: new SharedArrayBuffer(CONTROL_WORDS * 4),
    slots: new SharedArrayBuffer(groups * SLOTS * columns.bytes),
    counts: new SharedArrayBuffer(2 * SLOTS * spus * COUNT_FIGURES * 8),
    sent: new SharedArrayBuffer(2 * MOST_GROUPS * SENT_ROWS * SENT_FIGURES * 8),
  };
}

/** The ring of a group, as one thread sees it. */
export class Ring {
  private readonly memory: RingMemory;
  private readonly group: number;
  private readonly slots: Slot[] = [];

  constructor(memory: RingMemory, group: number) {
    this.memory = memory;
    this.group = group;
  }

  /** The slot of a batch, by its number. Made when it is wanted: in most rings of small runs few are. */
  at(batch: number): Slot {
    const { memory, group, slots } = this;
    const n = batch % SLOTS;
    if (n < slots.length) return slots[n];
    const bytes = memory.slots.byteLength / (memory.groups * SLOTS);
    const slot = createSlot(new Columns(memory.slots, (group * SLOTS + n) * bytes), slots[0]);
    slots.push(slot);
    return slot;
  }
}

/** Where the counts of the SPUs after each batch go, by turns: two rounds of the ring, so that slow readers find them. */
export function countsOf({ counts, spus }: RingMemory): Float64Array[] {
  const figures = spus * COUNT_FIGURES;
  return Array.from({ length: 2 * SLOTS }, (_, n) => new Float64Array(counts, n * figures * 8, figures));
}

/** The records of a slot: of a record only length and interface are kept. */
export function recordsOfSlot({ length, interfaceIndex }: Slot): PacketRecords {
  return { length, interfaceIndex } as unknown as PacketRecords;
}
