import { resolveChassis } from '@midplane/chassis';
import { show } from '@midplane/junos';
import { createPipeline, type Pipeline, type PipelineSession } from '@midplane/pipeline';
import { readTraffic } from '@midplane/traffic';
import { describe, expect, it } from 'vitest';
import { deviceViewOfRun, sessionViewOf } from './device-view.ts';
import { renderSessions, selectSessions } from './session-list.ts';

const NS = 1_000_000_000;
const chassis = resolveChassis({ cards: '0=SPC2,2=SPC2,3=IOC2' });

/** A path that has seen traffic of many sessions. */
function played(): Pipeline {
  const pipeline = createPipeline({ chassis });
  for (const batch of readTraffic({ shape: 'many', packets: 4000, flows: 900, seed: 5 })) pipeline.offer(batch);
  return pipeline;
}

const pipeline = played();
const report = pipeline.finish();
const device = deviceViewOfRun({ chassis, report, sessions: pipeline });

describe('deviceViewOfRun()', () => {
  it('counts per SPU what the report counts (R-cli-4, R-spu-4)', () => {
    expect(
      device.spus.map(({ spuId, flow }) => [spuId, flow.valid + flow.invalidated, flow.failed, flow.maximum]),
    ).toEqual(report.spus.map(({ spuId, sessions }) => [spuId, sessions.current, sessions.failed, sessions.capacity]));
    for (const { flow } of device.spus) {
      expect(flow.unicast + flow.multicast).toBe(flow.valid);
      expect(flow.ipv4 + flow.ipv6).toBe(flow.valid + flow.pending + flow.invalidated);
    }
    expect(device.spus.reduce((sum, { flow }) => sum + flow.ipv6, 0)).toBeGreaterThan(0);
    expect(device.spus.reduce((sum, { packets }) => sum + packets.forwarded + packets.dropped, 0)).toBe(
      report.totals.delivered + report.totals.dropped,
    );
  });

  it('gives the same counts to the central point, 0 of 0 to a dedicated one (R-cp-18, R-cli-5)', () => {
    expect(device.spus.map(({ cp }) => [cp?.valid, cp?.maximum])).toEqual(
      report.spus.map(({ sessions, role }) => (role === 'cp' ? [0, 0] : [sessions.current, 7_549_747])),
    );
  });

  it('reads sessions anew whenever it is rendered, each under its SPU (R-sid-3, R-cli-1)', () => {
    const text = show(device, 'show security flow session');
    expect(show(device, 'show security flow session')).toBe(text);
    const sections = text.split(/^Flow Sessions on /m).slice(1);
    expect(sections).toHaveLength(device.spus.length - 1);
    for (const section of sections) {
      const [, fpc, pic] = /^FPC(\d+) PIC(\d+):/.exec(section)!;
      const spuId = Number(fpc) * 4 + Number(pic);
      const ids = [...section.matchAll(/^Session ID: (\d+)/gm)].map(([, id]) => Number(id));
      expect(new Set(ids.map((id) => Math.floor(id / 10_000_000)))).toEqual(new Set([spuId]));
      expect(section).toContain(`Total sessions: ${ids.length}\n`);
      expect(ids).toHaveLength(report.spus.find((spu) => spu.spuId === spuId)!.sessions.current);
    }
  });

  it('shows both families flow based, as a run takes them', () => {
    expect(show(device, 'show security flow status')).toMatch(
      /Inet forwarding mode: flow based\n +Inet6 forwarding mode: flow based/,
    );
  });

  it('looks at a later moment, and refuses an earlier one (R-age-1)', () => {
    const { durationNs } = report.input;
    const later = deviceViewOfRun({ chassis, report, sessions: pipeline, atNs: durationNs + 100_000 * NS });
    expect(later.spus.map(({ flow }) => flow.valid)).toEqual(device.spus.map(() => 0));
    expect(later.nowNs).toBe(durationNs + 100_000 * NS);
    expect(() => deviceViewOfRun({ chassis, report, sessions: pipeline, atNs: durationNs - 1 })).toThrow(RangeError);
  });
});

describe('sessionViewOf()', () => {
  const session: PipelineSession = [...pipeline.sessions()].find(({ out }) => out !== undefined)!;

  it('keeps what the path tells, and says N/A of an interface that it does not know (R-cli-3)', () => {
    const view = sessionViewOf({ ...session, startSeconds: 2 }, 9.9 * NS);
    const { sessionId, policy, state, timeoutSeconds, remainingSeconds } = session;
    expect(view).toMatchObject({ sessionId, policy, state, timeoutSeconds, remainingSeconds });
    expect(view).toMatchObject({ startSeconds: 2, durationSeconds: 7 });
    expect(view.in).toEqual({ ...session.in, interface: 'N/A' });
    expect(view.out).toEqual({ ...session.out, interface: 'N/A' });
    const known = { ...session, in: { ...session.in, interface: 'xe-3/0/0.0' }, out: undefined };
    expect(sessionViewOf(known, 0)).toMatchObject({ in: { interface: 'xe-3/0/0.0' }, out: null });
  });
});

describe('selectSessions() and renderSessions()', () => {
  it('choose the same sessions (R-cli-6)', () => {
    const all = [...selectSessions(pipeline)];
    expect(all).toEqual([...pipeline.sessions()]);
    for (const filter of [{ protocol: 'tcp' }, { family: 'inet6' }, { sourcePrefix: `${all[7].in.source}` }]) {
      const text = [...renderSessions(device, { filter })].join('');
      const shown = [...text.matchAll(/^Session ID: (\d+)/gm)].map(([, id]) => id);
      const chosen = [...selectSessions(pipeline, filter)].map(({ sessionId }) => sessionId);
      expect(shown).toEqual(chosen);
      expect(shown.length).toBeGreaterThan(0);
      expect(shown.length).toBeLessThan(all.length);
    }
  });

  it('render levels and forms as the command does', () => {
    const text = (query: object, format?: 'xml' | 'json') => [...renderSessions(device, query, format)].join('');
    expect(text({ level: 'summary' })).toBe(show(device, 'show security flow session summary'));
    expect(text({ level: 'extensive', filter: { protocol: 17 } })).toBe(
      show(device, 'show security flow session protocol udp extensive'),
    );
    expect(text({}, 'xml')).toBe(show(device, 'show security flow session', 'xml'));
    expect(text({}, 'json')).toBe(show(device, 'show security flow session', 'json'));
  });

  it('refuse a filter at once', () => {
    expect(() => selectSessions(pipeline, { protocol: 'tpc' })).toThrow(SyntaxError);
    expect(() => renderSessions(device, { filter: { sourcePort: 65_536 } })).toThrow(RangeError);
  });
});
