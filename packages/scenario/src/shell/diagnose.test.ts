import { CommandSession, readOutput } from '@midplane/junos';
import { describe, expect, it } from 'vitest';
import { runScenario } from '../run-scenario.ts';
import { diagnose } from './diagnose.ts';
import { openScenarioDevice } from './open-scenario-device.ts';

const HEAD = 'FPC PIC CPU Mem        current        maximum        current        maximum\n';
const MAX = 6_291_456;

/** A table of `show security monitoring`: CPU and sessions of each SPU behind a dedicated central point. */
function table(...rows: readonly (readonly [cpu: number, sessions: number])[]): string {
  const line = (pic: number, values: readonly number[]) => `  0 ${pic} ${values.join(' ')}\n`;
  return (
    HEAD +
    line(0, [5, 60, 0, 0, 0, 0]) +
    rows.map(([cpu, sessions], i) => line(i + 1, [cpu, 70, sessions, MAX, sessions, 7_549_747])).join('')
  );
}

const texts = (text: string | readonly string[]) =>
  diagnose(readOutput(text)).findings.map(
    ({ question, isProblem, text: said }) => `${isProblem ? '!' : ''}${question} ${said}`,
  );

describe('diagnose()', () => {
  it('an even box has no problem, and its headroom is said (R-diag-1)', () => {
    const said = texts(table([40, 1_000_000], [41, 1_001_000], [39, 999_500]));
    expect(said.filter((each) => each.startsWith('!'))).toEqual([]);
    expect(said.at(-1)).toMatch(
      /^9 the first limit is FPC0 PIC2 with its CPU: 41 % used; .* 2\.4 times the traffic fits$/,
    );
  });

  it('an SPU that is full is why sessions fail in a box that is not (R-diag-2)', () => {
    const summary = `Flow Sessions on FPC0 PIC1:\nFailed-sessions: 4711\nSessions-in-use: ${MAX}\nMaximum-sessions: ${MAX}\n`;
    const said = texts([table([50, MAX], [50, 1_000_000], [50, 1_000_000]), summary]);
    expect(said[0]).toBe(
      '!3 FPC0 PIC1 is full: 6,291,456 of 6,291,456 sessions, while the box is 44 % full; new sessions that hash to it fail, others do not',
    );
    expect(texts(summary.replace(`Sessions-in-use: ${MAX}`, 'Sessions-in-use: 9'))[0]).toMatch(
      /^!3 4,711 sessions have failed on FPC0 PIC1 since it booted; it is 0\.0 % full now/,
    );
  });

  it('a busy SPU with its share of sessions is one to look for an elephant on (R-diag-3)', () => {
    const said = texts(table([98, 1_000_000], [10, 1_000_500], [12, 999_000]));
    expect(said[0]).toMatch(
      /^!5 FPC0 PIC1 is at 98 % CPU, the others at 11 % on average; it has no more sessions .* look for an elephant/,
    );
    const list = ['Flow Sessions on FPC0 PIC1:'];
    for (const [i, bytes] of [900, 1000, 9_000_000, 800].entries()) {
      list.push(`Session ID: 1000000${i}, Policy name: a/1, Timeout: 9, Valid`);
      list.push(`  In: 192.0.2.${i}/1 --> 198.51.100.1/443;tcp, If: xe-2/0/0.0, Pkts: 9, Bytes: ${bytes}`);
    }
    const { elephants, findings } = diagnose(readOutput([table([98, 1_000_000], [10, 1_000_500]), list.join('\n')]));
    expect(elephants).toMatchObject([{ spu: 'FPC0 PIC1', sessionId: '10000002', bytes: 9_000_000, share: 0.9997 }]);
    expect(findings[0].text).toContain('an elephant on it');
    expect(findings.map(({ text }) => text)).toContain(
      '4 sessions are listed under the SPU that owns them; where a flow would land on a chassis like this, "midplane where" tells',
    );
  });

  it('a busy SPU with more than its share has an uneven hash; chance is no reason', () => {
    expect(texts(table([98, 1_500_000], [10, 1_000_000], [12, 1_000_000]))[0]).toMatch(
      /29 % more sessions .* an uneven hash/,
    );
    expect(texts(table([9, 30], [10, 22], [12, 25])).join()).not.toContain('chance');
    expect(texts(table([9, 300_000], [10, 220_000], [12, 250_000])).join()).toContain(
      '17 % more sessions than its weight asks for, more than chance explains',
    );
    expect(texts(table([91, 1000], [93, 1000], [92, 1000])).filter((each) => each.includes('as a whole'))).toHaveLength(
      3,
    );
  });

  it('tells the maximum of the central point from that of the system (R-diag-4)', () => {
    expect(texts(table([1, 1], [1, 1])).join('\n')).toContain(
      'that does not bind; the system holds 12,582,912 sessions',
    );
    const central = `${HEAD}  0 0 5 60 0 0 1000 2359296\n  0 1 5 60 500 1048576 0 0\n  1 0 5 60 500 1048576 0 0\n  1 1 5 60 500 1048576 0 0\n`;
    expect(texts(central).join('\n')).toContain('the system holds 2,359,296, the central point binds');
    expect(diagnose(readOutput(central)).nodes[0].limits[0]).toMatchObject({ limit: 'cpu', usedPercent: 5 });
  });

  it('weights follow capacities, a central point has none (R-w-1)', () => {
    const { nodes } = diagnose(
      readOutput(`${HEAD}  0 0 1 1 0 0 0 0\n  0 1 1 1 600 6291456 0 0\n  1 0 1 1 100 1048576 0 0\n`),
    );
    expect(nodes[0].spus.map(({ role, weightShare, sessionShare }) => [role, weightShare, sessionShare])).toEqual([
      ['cp', 0, 0],
      [null, 0.857143, 0.857143],
      [null, 0.142857, 0.142857],
    ]);
  });

  it('an SPU that is not online is one, and nodes of a cluster are told apart', () => {
    const cards = 'Slot 0   Online       SRX5k SPC II\n  PIC 0  Online       SPU Cp\n  PIC 1  Offline      SPU Flow\n';
    expect(texts(`node1:\n${'-'.repeat(74)}\n${cards}`)[0]).toMatch(/^!7 FPC0 PIC1 is offline/);
    const { nodes, missing } = diagnose(readOutput(`node0:\n${table([1, 5])}node1:\n${table([1, 7])}`));
    expect(nodes.map(({ node, sessions }) => [node, sessions])).toEqual([
      ['node0', 5],
      ['node1', 7],
    ]);
    expect(missing.map(({ command }) => command)).toEqual([
      'show security flow session summary',
      'show security flow session',
      'show chassis fpc pic-status',
    ]);
  });

  it('a card that does not work is one, whatever it carries', () => {
    const cards =
      'Slot 0   Online       SRX5k SPC II\n  PIC 0  Online       SPU Cp\n  PIC 1  Online       SPU Flow\n' +
      'Slot 1   Offline      SRX5k SPC II\nSlot 2   Empty\nSlot 3   Present      SRX5k SPC II\nSlot 5   Offline      SRX5k IOC II\n';
    expect(texts(cards).filter((each) => each.startsWith('!'))).toEqual([
      '!7 FPC1 (SRX5k SPC II) is offline: it has no sessions: its share goes to the SPUs that are left, after a reset of the data plane',
      '!7 FPC3 (SRX5k SPC II) is present, not online: it has no sessions: its share goes to the SPUs that are left, after a reset of the data plane',
      '!7 FPC5 (SRX5k IOC II) is offline: nothing passes its ports',
    ]);
    expect(texts('Slot 5   Offline      SRX5k IOC II\n')).toHaveLength(1);
  });

  it('a busy SPU is not said to be like others of which nothing is known', () => {
    const cpu = 'fpc  0  pic  1\nLast 60 seconds:\n 0:  99   1:  99   2:  99\n';
    const summary = [1, 2]
      .map((pic) => `Flow Sessions on FPC0 PIC${pic}:\nSessions-in-use: 10\nMaximum-sessions: 100\n`)
      .join('');
    expect(texts(`${cpu}u@h> show security flow session summary\n${summary}`)[0]).toBe(
      '!5 FPC0 PIC1 is at 99 % CPU, that of the others is not told; it has no more sessions than its weight asks for: look for an elephant among its sessions',
    );
  });

  it('sessions without a heading are those of the SPU that their IDs name', () => {
    const list = [10_000_001, 10_000_002, 10_000_003, 50_000_001].map(
      (id, i) =>
        `Session ID: ${id}, Policy name: a/1, Timeout: 9, Valid\n` +
        `  In: 192.0.2.${i}/1 --> 198.51.100.1/443;tcp, If: xe-2/0/0.0, Pkts: 9, Bytes: ${i === 1 ? 9_000_000 : 900}\n`,
    );
    const { nodes, elephants, findings, unread } = diagnose(readOutput(`${list.join('')}4 sessions displayed\n`));
    expect(nodes[0].spus.map(({ name, sessions }) => [name, sessions])).toEqual([
      ['FPC0 PIC1', 3],
      ['FPC1 PIC1', 1],
    ]);
    expect(elephants).toMatchObject([{ spu: 'FPC0 PIC1', sessionId: '10000002' }]);
    expect(findings[0].text).toMatch(
      /^4 sessions are listed without the SPU that owns them: it follows from their IDs/,
    );
    expect(unread).toEqual([]);
    expect(texts(`${list.join('')}9 sessions displayed\n`)[0]).toMatch(
      /^!1 the list of sessions says 9 sessions, 4 were read/,
    );
  });

  it('R-read-4: sums that do not fit and lists that are cut are problems of their own', () => {
    const sums = `Total Sessions: 2000 12582912 2000 15099494\n`;
    expect(texts(table([1, 1000], [1, 1000]) + sums).filter((each) => each.startsWith('!'))).toEqual([]);
    expect(texts(table([1, 1000], [1, 900]) + sums)[0]).toBe(
      '!2 the sum of current flow sessions is printed as 2,000, the rows have 1,900: one is missing or was changed',
    );
    const summary =
      'Flow Sessions on FPC0 PIC1:\nSessions-in-use: 9\n  Valid sessions: 5\n  Pending sessions: 1\n' +
      '  Invalidated sessions: 2\n  Sessions in other states: 0\nMaximum-sessions: 99\n';
    expect(texts(summary)[0]).toMatch(/^!2 FPC0 PIC1 has 9 sessions in use, by state they are 8: /);
    const list =
      'Flow Sessions on FPC0 PIC1:\nSession ID: 1, Policy name: a/1, Timeout: 9, Valid\nTotal sessions: 2\n' +
      'Flow Sessions on FPC0 PIC2:\nSession ID: 2, Policy name: a/1, Timeout: 9, Valid\nTotal sessions: 1\n';
    expect(texts(list).filter((each) => each.startsWith('!'))).toEqual([
      '!1 the list of FPC0 PIC1 says 2 sessions, 1 were read: it is cut, and shares of its bytes are of those that were read',
    ]);
  });

  it('reads a mail that quotes output, and says what the output does not tell', () => {
    const mail = `Hi,\n> root@fw> show security monitoring performance spu\n> fpc  0  pic  0\n> Last 60 seconds:\n>  0:  98    1:  97\n> fpc  0  pic  1\n> Last 60 seconds:\n>  0:   8    1:   7\nRegards\n`;
    const { unread, findings } = diagnose(readOutput(mail));
    expect(unread.map(({ text }) => text)).toEqual(['Hi,', 'Regards']);
    expect(findings[0].text).toBe(
      'FPC0 PIC0 is at 98 % CPU, the others at 8.0 % on average; whether it has more sessions than its weight asks for is not told: look for an elephant among its sessions',
    );
  });

  it.each(['', ' | display xml'])('what the shell prints%s gives the numbers of the report', async (pipe) => {
    const scenario = {
      schema: 'midplane-scenario/1',
      chassis: { sessionsPerSpu: { SPC2: 80 } },
      traffic: [{ shape: 'small', packets: 40_000, flows: 900, seed: 5 }],
    } as const;
    const report = await runScenario(scenario);
    const commands = new CommandSession(await openScenarioDevice(scenario));
    const said: string[] = [];
    for (const line of [
      'show security monitoring',
      'show security flow session summary',
      'show security flow session',
    ]) {
      said.push([...(await commands.run(line + pipe)).output].join(''));
    }
    const { spus, sessions, unread } = readOutput(said);
    expect(unread).toEqual([]);
    const flow = report.spus.filter(({ role }) => role === 'flow');
    expect(flow.some(({ sessions: { failed } }) => failed > 0)).toBe(true);
    const read = spus.filter(({ sessions: count, maximum }) => count !== undefined && maximum! > 0);
    expect(read.map((spu) => [spu.fpc, spu.pic, spu.sessions, spu.invalidated, spu.failed])).toEqual(
      flow.map((spu) => [
        Math.floor(spu.spuId / 4),
        spu.spuId % 4,
        spu.sessions.current,
        spu.sessions.invalidated,
        spu.sessions.failed,
      ]),
    );
    // every session that the report names among the largest is in the list, with its packets
    for (const { spuId, top } of report.spus) {
      for (const { sessionId, packets } of top) {
        const listed = sessions.find((session) => session.sessionId === sessionId);
        expect([spuId, listed?.wings.reduce((sum, wing) => sum + wing.packets!, 0)]).toEqual([spuId, packets]);
      }
    }
  });

  it('reads what the shell of the model prints', async () => {
    const device = await openScenarioDevice({
      schema: 'midplane-scenario/1',
      traffic: [{ shape: 'many', packets: 4000, flows: 900, seed: 5 }],
    });
    const { show } = await import('@midplane/junos');
    const view = device.view();
    const { nodes, unread } = diagnose(
      readOutput(['show security monitoring', 'show security flow session'].map((command) => show(view, command))),
    );
    expect(unread).toEqual([]);
    expect(nodes[0].sessions).toBe(view.spus.reduce((sum, { flow }) => sum + flow.ipv4 + flow.ipv6, 0));
  });
});
