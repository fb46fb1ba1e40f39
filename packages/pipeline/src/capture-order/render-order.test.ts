import { packet, recordsOf } from '@midplane/packet';
import { expect, it } from 'vitest';
import { measureCaptureOrder } from './measure-capture.ts';
import { renderCaptureOrder } from './render-order.ts';

it('what is told to be within a time is, and no quantile is above the most', async () => {
  const segment = (sourcePort: number, sequence: number) =>
    packet().ethernet().ipv4().tcp({ sourcePort, sequence, flags: 'A' }).payload(100).build();
  const other = packet().ethernet().ipv4().udp().build();
  async function* input() {
    const soon = [0, 200, 100].map((sequence) => segment(1000, sequence));
    const late = [segment(2000, 0), segment(2000, 200), other, other, segment(2000, 100)];
    yield recordsOf([...soon, ...late], { intervalNs: 1000 });
  }
  const order = await measureCaptureOrder(input());
  expect(order.tcp.figures.lateNs).toEqual({ mean: 2000, p50: 1007, p99: 3000, max: 3000 });
  expect(renderCaptureOrder(order)).toContain('late         mean 2 us, median 1 us, 99 % within 3 us, most 3 us\n');
});
