import type { Npu } from '../npu/npu.ts';
import { GRANTED, type RingMemory } from './ring-memory.ts';

/** Parts that the table of an NPU is granted in. */
const PARTS = 256;

/**
 * Thrown in a group that may not fill the table of an NPU further: all groups together could fill it, and which of their
 * sessions then do not fit depends on all of them.
 */
export class NpuShared extends Error {
  override readonly name = 'NpuShared';
  readonly code = 'npu-table-shared';
}

/**
 * Makes the function that grants a group room in the table of an NPU.
 *
 * What was granted stays granted, whatever becomes free: so the sum of the most that each group had at any time fits, and
 * with that what all of them have at one time.
 */
export function createGrants(memory: RingMemory): (npu: Npu, wings: number) => void {
  const control = new Int32Array(memory.control);
  return (npu, wings) => {
    const part = Math.max(1, Math.floor(npu.capacity / PARTS));
    const parts = Math.ceil((wings - npu.limit) / part);
    const before = Atomics.add(control, GRANTED + 31 - Math.clz32(npu.bit), parts);
    if ((before + parts) * part > npu.capacity) {
      const rule = `SPU groups must leave room in the session table of the NPU in slot ${npu.slot}`;
      throw new NpuShared(`Cannot enter session: ${rule}: got ${npu.capacity} wings, which they could fill`);
    }
    npu.limit += parts * part;
  };
}
