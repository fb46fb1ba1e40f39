import { resolveChassis } from '@midplane/chassis';
import { packet, recordsOf } from '@midplane/packet';
import { expect, it } from 'vitest';
import { createPipeline } from '../create-pipeline.ts';
import { nameOfEvent, type PipelineEvent } from './pipeline-event.ts';

const SECOND = 1e9;
const udp = packet().ethernet().ipv4().udp({ sourcePort: 1, destinationPort: 53 }).build();

function play(events: readonly PipelineEvent[], packets = 4) {
  const pipeline = createPipeline({ chassis: resolveChassis(), events });
  pipeline.offer(
    recordsOf(
      Array.from({ length: packets }, () => udp),
      { intervalNs: SECOND },
    ),
  );
  return pipeline.finish();
}

it('R-spu-17: a session that is cleared is over, lingers and gives way to the next of its key', () => {
  const report = play([{ atNs: 1.5 * SECOND, clearSessions: {} }]);
  const [owner] = report.spus.filter(({ sessions }) => sessions.created > 0);
  expect(owner!.sessions).toMatchObject({ created: 2, cleared: 1, current: 1, invalidated: 0 });
  expect(report.events).toEqual([{ atNs: 1.5 * SECOND, event: 'clear sessions', result: 'done', sessionsEnded: 1 }]);
  expect(report.npus[0]).toMatchObject({ withdrawals: 1, installs: 2 });
});

it('is for one SPU where that is named, comes in the order of time, and not after the end of the input', () => {
  const owner = play([]).spus.find(({ sessions }) => sessions.created > 0)!.spuId;
  const another = owner === 5 ? 6 : 5;
  const report = play([
    { atNs: 99 * SECOND, clearSessions: {} },
    { atNs: SECOND, clearSessions: { spuId: another } },
    { atNs: 2 * SECOND, clearSessions: { spuId: owner } },
  ]);
  expect(report.events.map(({ event, result, sessionsEnded }) => [event, result, sessionsEnded])).toEqual([
    [`clear sessions of SPU ${another}`, 'done', 0],
    [`clear sessions of SPU ${owner}`, 'done', 1],
    ['clear sessions', 'not reached: the input ended before', 0],
  ]);
});

it('refuses a time before the start, and an SPU that takes no sessions', () => {
  expect(() => play([{ atNs: -1, clearSessions: {} }])).toThrow(
    'Cannot schedule event 0: atNs must be a whole number of nanoseconds, 0 (the first packet) or later: got -1',
  );
  expect(() => play([{ atNs: 0, clearSessions: { spuId: 4 } }])).toThrow(/spuId must be one of 5, 6, 7, 8.*: got 4/);
});

it('has a name that says what fails for good', () => {
  const names = [true, false, undefined].map((permanent) =>
    nameOfEvent({
      atNs: 0,
      chassis: { command: 'failSpu', spu: 'fpc1.pic1', ...(permanent !== undefined && { permanent }) },
    }),
  );
  expect(names).toEqual(['failSpu fpc1.pic1 for good', 'failSpu fpc1.pic1', 'failSpu fpc1.pic1']);
});
