import { decodePackets, newColumn, PacketBatch, type PacketRecords } from '@midplane/packet';
import { createReadAhead, readAhead } from '../ingress/read-ahead.ts';
import { PathBatch } from '../path-batch.ts';
import { copyAll, copyRecords } from './copy-rows.ts';
import {
  HEAD,
  Ring,
  type RingMemory,
  ROOM,
  SIGNAL,
  SLOT_ROWS,
  SLOTS,
  type Slot,
  STATE,
  TAIL,
  WAITED_FOR,
} from './ring-memory.ts';
import type { RowDealer } from './row-dealer.ts';
import type { Separable } from './separable.ts';

/** What a writer writes with. */
export interface RingWriterOptions {
  /** First step of the path, see `createReceiver`. */
  readonly receive: (batch: PathBatch) => void;
  /** Time of the last packet received. */
  readonly nowNs: () => number;
  readonly separable: Separable;
  readonly dealer: RowDealer;
}

/** The end of a ring that packets are put in at. */
export class RingWriter {
  private readonly control: Int32Array;
  /** By group. */
  private readonly rings: readonly Ring[];
  private readonly options: RingWriterOptions;
  /** Where a batch is received that is then dealt out. */
  private readonly received = new PathBatch(new PacketBatch(SLOT_ROWS));
  private head = 0;

  constructor(memory: RingMemory, options: RingWriterOptions) {
    this.control = new Int32Array(memory.control);
    this.rings = Array.from({ length: memory.groups }, (_, group) => new Ring(memory, group));
    this.options = options;
    this.received.fromBytes = createReadAhead(SLOT_ROWS, newColumn);
  }

  /** The group that has to go on before there is room; -1 = there is. */
  get slowest(): number {
    return this.behind(SLOTS - 1);
  }

  /** Batches that all groups have decided. */
  get decided(): number {
    let least = this.head;
    for (let group = 0; group < this.rings.length; group++) least = Math.min(least, this.tail(group));
    return least;
  }

  /** Asks a group to say when it has emptied some slots; false if it has. */
  ask(group: number): boolean {
    Atomics.store(this.control, WAITED_FOR + group, 1);
    return this.head - this.tail(group) > SLOTS - ROOM;
  }

  /** Writes rows of records into the next slot of each group; there must be room. */
  write(records: PacketRecords): void {
    const slots = this.rings.map((ring) => ring.at(this.head));
    const batch = slots.length === 1 ? slots[0].batch : this.received;
    batch.count = decodePackets(records, batch.packets);
    this.options.receive(batch);
    const mayHandOver = readAhead(batch, batch.fromBytes!);
    if (slots.length === 1) copyRecords(batch, slots[0]);
    else this.share(batch, mayHandOver, slots);
    for (const { header } of slots) {
      header[1] = batch.firstPacket;
      header[2] = this.options.nowNs();
      header[3] = mayHandOver ? 1 : 0;
    }
    batch.packets.records = undefined; // they are the source's
    Atomics.store(this.control, HEAD, ++this.head);
    this.signal();
  }

  /** Says that nothing comes any more, or that what comes of it is not wanted. */
  close(state: number): void {
    Atomics.store(this.control, STATE, state);
    this.signal();
  }

  private share(batch: PathBatch, mayHandOver: boolean, slots: readonly Slot[]): void {
    const { separable, dealer } = this.options;
    if (separable.isSeparable(batch, mayHandOver)) dealer.deal(batch, slots);
    else for (const slot of slots) copyAll(batch, slot, mayHandOver);
  }

  private signal(): void {
    Atomics.add(this.control, SIGNAL, 1);
    Atomics.notify(this.control, SIGNAL);
  }

  private behind(most: number): number {
    for (let group = 0; group < this.rings.length; group++) if (this.head - this.tail(group) > most) return group;
    return -1;
  }

  private tail(group: number): number {
    return Atomics.load(this.control, TAIL + group);
  }
}
