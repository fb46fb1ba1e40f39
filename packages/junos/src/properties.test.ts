import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  compareSessionIds,
  type DeviceView,
  matchesSessionFilter,
  parseSessionFilter,
  renderShow,
  renderShowAsync,
  type SessionView,
  SHOW_COMMANDS,
  show,
} from './index.ts';
import { device, session, sessionsBySpu } from './test-data.suite.ts';
import { asJson, elements, parseXml, textOf } from './xml.suite.ts';

type SessionsBySpu = Record<number, SessionView[]>;

function deviceWith(bySpu: SessionsBySpu): DeviceView {
  return device(Object.fromEntries(Object.entries(bySpu).map(([spuId, sessions]) => [spuId, { sessions }])));
}

function idsInOrder(sessions: readonly SessionView[]): string[] {
  return sessions.map(({ sessionId }) => sessionId).sort((a, b) => Number(a) - Number(b));
}

async function* oneByOne<T>(items: readonly T[]): AsyncGenerator<T> {
  for (const item of items) {
    await Promise.resolve();
    yield item;
  }
}

async function joined(pieces: AsyncIterable<string>): Promise<string> {
  let text = '';
  for await (const piece of pieces) text += piece;
  return text;
}

describe('sessions of any kind', () => {
  it('R-cli-1: every session stands exactly once, under the heading of its SPU, in order of ID, in every form', () => {
    fc.assert(
      fc.property(sessionsBySpu, (bySpu) => {
        const view = deviceWith(bySpu);
        const expected = Object.fromEntries([1, 2, 3].map((pic) => [` on FPC0 PIC${pic}:`, idsInOrder(bySpu[pic])]));
        const sections = show(view, 'show security flow session')
          .split(/^Flow Sessions(?= on FPC)/m)
          .slice(1);
        const text = sections.map((part) => [
          part.split('\n')[0],
          [...part.matchAll(/^Session ID: (\d+),/gm)].map((m) => m[1]),
        ]);
        expect(Object.fromEntries(text)).toEqual(expected);
        const reply = parseXml(show(view, 'show security flow session', 'xml'));
        const xml = elements(reply, 'flow-session-information').map((spu) => [
          textOf(spu, 'flow-fpc-pic-id'),
          elements(spu, 'session-identifier').map((id) => id.text),
        ]);
        expect(Object.fromEntries(xml)).toEqual(expected);
        for (const part of sections) {
          const count = [...part.matchAll(/^Session ID: /gm)].length;
          expect(part.trimEnd().endsWith(`\nTotal sessions: ${count}`)).toBe(true);
        }
      }),
      { seed: 1 },
    );
  });

  it('XML is well-formed and JSON has the same elements and values, for every command', () => {
    fc.assert(
      fc.property(sessionsBySpu, fc.constantFrom(null, 0 as const), (bySpu, node) => {
        const view = { ...deviceWith(bySpu), node };
        for (const { name } of SHOW_COMMANDS) {
          const command = name.endsWith('fpc') ? `${name} 0` : name;
          const reply = parseXml(show(view, command, 'xml'));
          const { cli: _, ...rest } = asJson(reply);
          delete rest.attributes;
          const json = JSON.parse(show(view, command, 'json'));
          expect(asXmlHolds(json)).toEqual(asXmlHolds(rest));
        }
      }),
      { seed: 2, numRuns: 30 },
    );
  });

  it('R-cli-6: a filter lists what passes it, and its summary counts that', () => {
    const filters = ['protocol tcp', 'family inet6', 'application ssh', 'interface xe-2/2/1', 'source-prefix 128/1'];
    fc.assert(
      fc.property(sessionsBySpu, fc.constantFrom(...filters), (bySpu, words) => {
        const view = deviceWith(bySpu);
        const passing = Object.values(bySpu).map((list) =>
          list.filter((one) => matchesSessionFilter(parseSessionFilter(words), one)),
        );
        const listed = show(view, `show security flow session ${words}`);
        expect([...listed.matchAll(/^Session ID: (\d+),/gm)].map((m) => m[1])).toEqual(passing.flatMap(idsInOrder));
        const summary = show(view, `show security flow session summary ${words}`);
        const totals = [...summary.matchAll(/^Total sessions: (\d+)$/gm)].map((m) => Number(m[1]));
        expect(totals).toEqual(passing.map((list) => list.length));
        const valid = [...summary.matchAll(/^Valid sessions: (\d+)$/gm)].map((m) => Number(m[1]));
        expect(valid).toEqual(passing.map((list) => list.filter(({ state }) => state === 'valid').length));
      }),
      { seed: 3 },
    );
  });

  it('sessions that arrive one by one give the same bytes as an array', async () => {
    const commands = [
      'show security flow session',
      'show security flow session extensive',
      'show security flow session summary protocol tcp',
    ];
    await fc.assert(
      fc.asyncProperty(sessionsBySpu, async (bySpu) => {
        const sorted = Object.fromEntries(
          Object.entries(bySpu).map(([spuId, list]) => [
            spuId,
            list.toSorted((a, b) => compareSessionIds(a.sessionId, b.sessionId)),
          ]),
        );
        for (const command of commands) {
          for (const format of ['text', 'xml', 'json'] as const) {
            const arriving = device(
              Object.fromEntries(Object.entries(sorted).map(([id, list]) => [id, { sessions: oneByOne(list) }])),
            );
            expect(await joined(renderShowAsync(arriving, command, format))).toBe(
              show(deviceWith(bySpu), command, format),
            );
          }
        }
      }),
      { seed: 4, numRuns: 30 },
    );
  });
});

describe('rendering in pieces', () => {
  function* many(count: number, seen: { read: number; closed: boolean }): Generator<SessionView> {
    try {
      for (let index = 1; index <= count; index++) {
        seen.read++;
        yield session({ sessionId: String(10_000_000 + index) });
      }
    } finally {
      seen.closed = true;
    }
  }

  it('renderShow() reads sessions as they are written, and closes the source when the reader stops', () => {
    const seen = { read: 0, closed: false };
    for (const piece of renderShow(device({ 1: { sessions: many(100_000, seen) } }), 'show security flow session')) {
      expect(piece.length).toBeLessThan(20_000);
      break;
    }
    expect(seen.read).toBeLessThan(100);
    expect(seen.closed).toBe(true);
  });

  it('renderShow() throws RangeError when an iterable is not in order of ID', () => {
    const wrong = [session({ sessionId: '10000010' }), session({ sessionId: '9' })];
    expect(() => show(device({ 1: { sessions: wrong } }), 'show security flow session')).not.toThrow();
    expect(() => show(device({ 1: { sessions: wrong.values() } }), 'show security flow session')).toThrow(
      new RangeError(
        'Cannot render sessions: an iterable must give them in ascending order of ID: got 9 after 10000010',
      ),
    );
  });

  it('renderShow() throws TypeError when sessions arrive one by one', () => {
    const view = device({ 1: { sessions: oneByOne([session()]) } });
    expect(() => show(view, 'show security flow session')).toThrow(
      new TypeError('Cannot render output: sessions must be iterable at once: got an async iterable'),
    );
    expect(() => show(view, 'show security monitoring')).not.toThrow();
  });

  it('renderShowAsync() hands on the error of a source, and closes it when the reader stops', async () => {
    const failing = (async function* () {
      yield session();
      throw new Error('worker died');
    })();
    const view = device({ 1: { sessions: failing } });
    await expect(joined(renderShowAsync(view, 'show security flow session'))).rejects.toThrow('worker died');
    let isClosed = false;
    const endless = (async function* () {
      try {
        for (let id = 1; ; id++) yield session({ sessionId: String(id) });
      } finally {
        isClosed = true;
      }
    })();
    for await (const _ of renderShowAsync(device({ 1: { sessions: endless } }), 'show security flow session')) break;
    await Promise.resolve();
    expect(isClosed).toBe(true);
  });
});

/** JSON holds characters that XML cannot. */
function asXmlHolds(value: unknown): unknown {
  if (typeof value === 'string') {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: exactly those are not allowed in XML
    return value.toWellFormed().replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd');
  }
  if (Array.isArray(value)) return value.map(asXmlHolds);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, asXmlHolds(inner)]));
}
