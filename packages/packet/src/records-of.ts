import type { PacketRecords } from './batch.ts';

/** A frame and its link type; `BuiltPacket` is one. */
export interface Frame {
  /** The frame. */
  readonly bytes: Uint8Array;
  /** Link type (LINKTYPE_ registry). */
  readonly linkType: number;
}

/** How {@link recordsOf} captures frames. */
export interface RecordsOptions {
  /** Bytes kept of each frame; default all. */
  readonly snaplen?: number;
  /** Time of the first packet, whole seconds since 1970; default 0. */
  readonly seconds?: number;
  /** Time of the first packet, nanoseconds; default 0. */
  readonly nanoseconds?: number;
  /** Time from packet to packet, nanoseconds; default 1,000. */
  readonly intervalNs?: number;
  /** Bytes between frames, and before and behind all; default 16. */
  readonly gap?: number;
  /** Value of the bytes between frames; default 0. */
  readonly filler?: number;
}

/**
 * Captures frames into records, as a reader of a file would deliver them.
 *
 * @param frames Frames in order; their bytes are copied.
 * @param options Times, snaplen and what stands between frames.
 * @returns New records, one row per frame.
 * @example
 * ```ts
 * import { packet, recordsOf } from '@midplane/packet';
 * import assert from 'node:assert/strict';
 *
 * const records = recordsOf([packet('ping').ipv4().icmp().payload(56).build()], { snaplen: 40 });
 * assert.equal(records.capturedLength[0], 40);
 * assert.equal(records.length[0], 84);
 * assert.equal(records.linkType[0], 101);
 * ```
 */
export function recordsOf(frames: readonly Frame[], options: RecordsOptions = {}): PacketRecords {
  const { snaplen = Number.POSITIVE_INFINITY, gap = 16, intervalNs = 1000 } = options;
  const count = frames.length;
  const offset = new Int32Array(count);
  const capturedLength = new Int32Array(count);
  const length = new Uint32Array(count);
  const linkType = new Uint16Array(count);
  const seconds = new Float64Array(count);
  const nanoseconds = new Int32Array(count);
  let at = gap;
  frames.forEach((frame, row) => {
    offset[row] = at;
    length[row] = frame.bytes.length;
    capturedLength[row] = Math.min(snaplen, frame.bytes.length);
    linkType[row] = frame.linkType;
    const ns = (options.nanoseconds ?? 0) + row * intervalNs;
    seconds[row] = (options.seconds ?? 0) + Math.floor(ns / 1e9);
    nanoseconds[row] = ns % 1e9;
    at += capturedLength[row] + gap;
  });
  const bytes = new Uint8Array(at).fill(options.filler ?? 0);
  frames.forEach((frame, row) => {
    bytes.set(frame.bytes.subarray(0, capturedLength[row]), offset[row]);
  });
  return {
    count,
    bytes,
    view: new DataView(bytes.buffer),
    offset,
    capturedLength,
    length,
    linkType,
    interfaceIndex: new Int32Array(count),
    seconds,
    nanoseconds,
  };
}
