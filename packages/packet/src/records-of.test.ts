import { describe, expect, it } from 'vitest';
import { packet } from './packet-builder.ts';
import { recordsOf } from './records-of.ts';

const frames = [packet('a').ipv4().udp().payload(4).build(), packet('b').ethernet().arp().build()];

describe('recordsOf()', () => {
  it('captures frames with a snaplen and fills the gaps', () => {
    const records = recordsOf(frames, { snaplen: 20, gap: 3, filler: 0xee });
    expect(records.count).toBe(2);
    expect([...records.offset]).toEqual([3, 26]);
    expect([...records.capturedLength]).toEqual([20, 20]);
    expect([...records.length]).toEqual([32, 42]);
    expect([...records.linkType]).toEqual([101, 1]);
    expect(records.bytes.length).toBe(49);
    expect([...records.bytes.slice(23, 26)]).toEqual([0xee, 0xee, 0xee]);
    expect(records.bytes.slice(26, 46)).toEqual(frames[1].bytes.slice(0, 20));
    expect(records.view.buffer).toBe(records.bytes.buffer);
  });

  it('carries nanoseconds into seconds', () => {
    const records = recordsOf(frames, { seconds: 5, nanoseconds: 999_999_999, intervalNs: 2_000_000_001 });
    expect([...records.seconds]).toEqual([5, 8]);
    expect([...records.nanoseconds]).toEqual([999_999_999, 0]);
  });

  it('takes no frames', () => {
    expect(recordsOf([]).count).toBe(0);
  });
});
