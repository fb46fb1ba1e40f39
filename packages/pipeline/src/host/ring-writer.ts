import { decodePackets, type PacketRecords } from '@midplane/packet';
import { readAhead } from '../ingress/read-ahead.ts';
import type { PathBatch } from '../path-batch.ts';
import { HEAD, type RingMemory, SIGNAL, SLOTS, STATE, slotsOf, TAIL, WAITED_FOR } from './ring-memory.ts';

/** The end of a ring that packets are put in at. */
export class RingWriter {
  private readonly control: Int32Array;
  private readonly slots: ReturnType<typeof slotsOf>;
  private readonly groups: number;
  private readonly receive: (batch: PathBatch) => void;
  private readonly nowNs: () => number;
  private head = 0;

  /**
   * @param receive First step of the path, see `createReceiver`.
   * @param nowNs Time of the last packet received.
   */
  constructor(memory: RingMemory, groups: number, receive: (batch: PathBatch) => void, nowNs: () => number) {
    this.control = new Int32Array(memory.control);
    this.slots = slotsOf(memory);
    this.groups = groups;
    this.receive = receive;
    this.nowNs = nowNs;
  }

  /** The group that has to go on before there is room; -1 = there is. */
  get slowest(): number {
    return this.behind(SLOTS - 1);
  }

  /** Batches that all groups have decided. */
  get decided(): number {
    let least = this.head;
    for (let group = 0; group < this.groups; group++) least = Math.min(least, this.tail(group));
    return least;
  }

  /** Asks a group to say when it has emptied half of the ring; false if it has. */
  ask(group: number): boolean {
    Atomics.store(this.control, WAITED_FOR + group, 1);
    return this.head - this.tail(group) > SLOTS / 2;
  }

  /** Writes rows of records into the next slot; there must be room. */
  write(records: PacketRecords): void {
    const slot = this.slots[this.head % SLOTS];
    const { batch, header } = slot;
    const { count } = records;
    batch.count = decodePackets(records, batch.packets);
    this.receive(batch);
    const mayHandOver = readAhead(batch, batch.fromBytes!);
    slot.length.set(records.length.subarray(0, count));
    slot.interfaceIndex.set(records.interfaceIndex.subarray(0, count));
    header[0] = count;
    header[1] = batch.firstPacket;
    header[2] = this.nowNs();
    header[3] = mayHandOver ? 1 : 0;
    batch.packets.records = undefined; // they are the source's
    Atomics.store(this.control, HEAD, ++this.head);
    this.signal();
  }

  /** Says that nothing comes any more, or that what comes of it is not wanted. */
  close(state: number): void {
    Atomics.store(this.control, STATE, state);
    this.signal();
  }

  private signal(): void {
    Atomics.add(this.control, SIGNAL, 1);
    Atomics.notify(this.control, SIGNAL);
  }

  private behind(most: number): number {
    for (let group = 0; group < this.groups; group++) if (this.head - this.tail(group) > most) return group;
    return -1;
  }

  private tail(group: number): number {
    return Atomics.load(this.control, TAIL + group);
  }
}
