import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PcapngWriter, PcapWriter } from '@midplane/capture';
import { packet } from '@midplane/packet';
import type { Report } from '@midplane/pipeline';
import { expect, it } from 'vitest';
import { midplane, midplaneJson, temporaryFile, temporaryFolder } from './_midplane.ts';

const USER0 = 147;
const ETHERNET = 1;
const { bytes } = packet().ethernet().ipv4().udp({ sourcePort: 5000, destinationPort: 53 }).payload(20).build();

/** A pcap of two packets of a link type that nobody decodes; `damaged` ends inside a third. */
function userCapture(damaged = false): string {
  const writer = new PcapWriter({ linkType: USER0 });
  for (let i = 0; i < 2; i++) writer.add(bytes, 0, bytes.length, bytes.length, i, 0);
  const file = writer.take();
  return temporaryFile('user.pcap', damaged ? new Uint8Array([...file, 1, 2, 3]) : file);
}

/** A pcapng of one packet for each link type. */
function mixedCapture(...linkTypes: number[]): string {
  const writer = new PcapngWriter();
  for (const linkType of linkTypes) writer.addInterface({ linkType });
  for (let i = 0; i < linkTypes.length; i++) writer.add(bytes, 0, bytes.length, bytes.length, i, 0, i);
  return temporaryFile('mixed.pcapng', writer.take());
}

it('run refuses a capture whose first packet has an unknown link type', async () => {
  const file = userCapture();
  const { code, out, err } = await midplane('run', file);
  expect([code, out]).toEqual([2, '']);
  expect(err).toBe(
    `midplane: Cannot decode capture "${file}": link type must be one of NULL, EN10MB, PPP, RAW, PPP_SERIAL, C_HDLC, LOOP, ` +
      'LINUX_SLL, IPV4, IPV6, LINUX_SLL2: got USER0 (147) [unsupported-link-type]\n',
  );
});

it('inspect reports an unknown link type as unsupported and counts its packets as non-IP', async () => {
  const { code, err, value } = await midplaneJson('inspect', userCapture());
  expect(code).toBe(2);
  expect(JSON.parse(err).error.code).toBe('unsupported-link-type');
  expect(value).toMatchObject({
    status: 'unsupported',
    error: { code: 'unsupported-link-type' },
    counts: { packets_total: 2, non_ip: 2, ipv4: 0, ip_malformed: 0 },
    flows: { total: 0 },
  });
  const text = await midplane('inspect', userCapture());
  expect([text.code, text.out.split('\n')[0]]).toEqual([2, 'packets    2: IPv4 0, IPv6 0, not IP 2, malformed 0']);
});

it('inspect says error, not unsupported, where the capture is corrupt as well', async () => {
  const { code, value } = await midplaneJson('inspect', userCapture(true));
  expect(code).toBe(2);
  expect(value).toMatchObject({ status: 'error', error: { code: 'capture-truncated-record' }, counts: { non_ip: 2 } });
});

it('later packets of an unknown link type are read as non-IP', async () => {
  const file = mixedCapture(ETHERNET, USER0, ETHERNET);
  expect(await midplaneJson('inspect', file)).toMatchObject({
    code: 0,
    err: '',
    value: { status: 'ok', counts: { packets_total: 3, ipv4: 2, non_ip: 1 } },
  });
  const { code, value } = await midplaneJson('run', file);
  expect([code, (value as Report).totals.offered, (value as Report).totals.delivered]).toEqual([0, 3, 2]);
});

it('a capture without packets is read, whatever its link type', async () => {
  const file = join(temporaryFolder(), 'none.pcap');
  writeFileSync(file, new PcapWriter({ linkType: USER0 }).take());
  expect(await midplaneJson('inspect', file)).toMatchObject({ code: 0, value: { status: 'ok' } });
  expect(await midplaneJson('run', file)).toMatchObject({ code: 0, value: { totals: { offered: 0 } } });
});

it('run gives the report of what came before the corruption, and exit code 2', async () => {
  const writer = new PcapWriter();
  for (let i = 0; i < 3; i++) writer.add(bytes, 0, bytes.length, bytes.length, i, 0);
  const whole = writer.take();
  const file = temporaryFile('cut.pcap', whole.subarray(0, whole.length - 1));
  const { code, err, value } = await midplaneJson('run', file);
  expect(code).toBe(2);
  expect(JSON.parse(err).error).toMatchObject({ code: 'capture-truncated-record' });
  const report = value as Report;
  expect(report.totals).toMatchObject({ offered: 2, delivered: 2 });
  expect(report.input.error).toMatch(/^Cannot read capture: .* must be complete/);
});
