import { describe, expect, it } from 'vitest';
import { Configuration, completeCommand, SHOW_COMMANDS, show } from '../index.ts';
import { session } from '../test-data.suite.ts';
import { completionTable } from './_completion-table.ts';
import { widthOf } from './_screen-line.ts';
import { TestDevice, TestTerminal } from './shell.suite.ts';

const UP = '\x1b[A';
const LEFT = '\x1b[D';

describe('a line', () => {
  it.each([
    ['shov\x7fw version\r', 'user@host> show version'],
    [`version${LEFT}${LEFT}\x01show \r`, 'user@host> show version'],
    ['junk\x15show version\r', 'user@host> show version'],
    ['show version junk\x17\r', 'user@host> show version'],
    ['show version | match words\x01\x1bf\x1bf\x0b\r', 'user@host> show version'],
    ['show versoin\x02\x02\x14\r', 'user@host> show version'],
    ['show  version\r', 'user@host> show version'],
    ['sh vers\t\r', 'user@host> show version'],
    ['sh vers \r', 'user@host> show version'],
  ])('is edited by keys: %j (R-shell-5)', async (keys, first) => {
    const terminal = new TestTerminal();
    await terminal.type(keys);
    const rows = terminal.text.split('\n');
    expect(rows[0].replace(/ +/g, ' ')).toBe(first);
    expect(rows[1]).toBe('Hostname: host');
  });

  it('may come byte by byte', async () => {
    const whole = new TestTerminal();
    const cut = new TestTerminal();
    const keys = `sh vresion${LEFT}${LEFT}${LEFT}${LEFT}${LEFT}\x14\x05\r${UP}\x1b[1;5D# é漢\x01x`;
    await whole.type(keys);
    for (const byte of new TextEncoder().encode(keys)) {
      cut.shell.input(Uint8Array.of(byte));
      await cut.shell.settled;
    }
    expect(cut.text).toBe(whole.text);
    expect(cut.cursor).toEqual(whole.cursor);
  });

  it('goes over several rows, and the cursor is where it is in the text', async () => {
    const terminal = new TestTerminal(new TestDevice(), 20);
    await terminal.type('show version | match a1b2c3');
    expect(terminal.text).toBe('user@host> show vers\nion | match a1b2c3');
    await terminal.type('\x01');
    expect(terminal.cursor).toEqual(['user@host> show vers', 11]);
    await terminal.type('\x05\x17\x17');
    expect(terminal.text).toBe('user@host> show vers\nion |');
    await terminal.type('12345678901234');
    expect(terminal.cursor).toEqual(['', 0]);
    await terminal.type('\x7f');
    expect(terminal.cursor).toEqual(['ion | 1234567890123', 19]);
  });

  it('comes back with the cursor keys (R-shell-5)', async () => {
    const terminal = new TestTerminal();
    await terminal.type(`show version\rshow system uptime\runfinished${UP}${UP}`);
    expect(terminal.cursor[0]).toBe('user@host> show version');
    await terminal.type('\x1b[B\x1b[B');
    expect(terminal.cursor[0]).toBe('user@host> unfinished');
  });

  it('Ctrl-C drops it, Ctrl-D at an empty one leaves, Ctrl-L shows it on a fresh screen', async () => {
    const terminal = new TestTerminal();
    await terminal.type('show vers\x03');
    expect(terminal.text).toBe('user@host> show vers^C\nuser@host>');
    await terminal.type('abc\x0c');
    expect(terminal.text).toBe('user@host> abc');
    await terminal.type('\x04\x15\x04');
    expect(terminal.isOver).toBe(true);
    await terminal.type('show version\r');
    expect(terminal.text).not.toContain('Hostname');
  });
});

describe('completion', () => {
  it('a question mark lists what may come, and the line stays (R-shell-6)', async () => {
    const terminal = new TestTerminal();
    await terminal.type('show security flow st?');
    expect(terminal.text).toBe(
      [
        'user@host> show security flow st',
        'Possible completions:',
        '  statistics           Show flow statistics',
        '  status               Show flow status',
        'user@host> show security flow st',
      ].join('\n'),
    );
  });

  it('a space completes a word that is the only one, and stays one where more may be meant', async () => {
    const terminal = new TestTerminal();
    await terminal.type('sh sec fl ');
    expect(terminal.cursor[0]).toBe('user@host> show security flow');
    await terminal.type('s ');
    expect(terminal.text).toContain("                              ^\n's' is ambiguous.\nPossible completions:\n");
    expect(terminal.cursor[0]).toBe('user@host> show security flow s');
  });

  it('tab completes names that are configured, a space does not', async () => {
    const terminal = new TestTerminal(new TestDevice({ active: 'security { zones { security-zone trust { } } }' }));
    await terminal.type('configure\redit security zones security-zone tru\t');
    expect(terminal.cursor[0]).toBe('user@host# edit security zones security-zone trust');
    await terminal.type('\x17tru x');
    expect(terminal.cursor[0]).toBe('user@host# edit security zones security-zone tru x');
  });

  it('the caret stands under the word (R-shell-3)', async () => {
    const terminal = new TestTerminal();
    await terminal.type('show cpu\r');
    expect(terminal.text).toBe(
      ['user@host> show cpu', '                ^', 'syntax error.', '', 'user@host>'].join('\n'),
    );
    await terminal.type('show nothing \x03');
    expect(terminal.text).toContain(
      'user@host> show nothing\n                ^\nsyntax error.\nuser@host> show nothing',
    );
  });
});

describe('pages', () => {
  const device = () => new TestDevice({ sessions: 100 });

  it('wait when the screen is full, and go on by page and by line (R-shell-7)', async () => {
    const terminal = new TestTerminal(device(), 160, 10);
    await terminal.type('show security flow session\r');
    expect(terminal.cursor[0]).toBe('---(more)---');
    expect(terminal.text.split('\n')).toHaveLength(1 + 9 + 1);
    await terminal.type('\r');
    expect(terminal.text.split('\n')).toHaveLength(1 + 10 + 1);
    await terminal.type(' ');
    expect(terminal.text.split('\n')).toHaveLength(1 + 19 + 1);
    await terminal.type('q');
    expect(terminal.cursor[0]).toBe('user@host>');
    expect(terminal.text).not.toContain('more');
  });

  it('m goes on with lines that match, / with the first one', async () => {
    const terminal = new TestTerminal(device(), 160, 10);
    await terminal.type('show security flow session\r');
    await terminal.type('mSession id: 1000009[0-3]\r');
    const shown = terminal.text.split('| match Session id: 1000009[0-3]\n')[1];
    expect(
      shown
        .split('\n')
        .slice(0, 4)
        .map((row) => row.slice(0, 20)),
    ).toEqual(['Session ID: 10000090', 'Session ID: 10000091', 'Session ID: 10000092', 'Session ID: 10000093']);
    expect(terminal.cursor[0]).toBe('user@host>');
    await terminal.type('show security flow session\r/10000050\r');
    expect(terminal.text).toMatch(/\n\/10000050\nSession ID: 10000050,/);
    await terminal.type('m[\r');
    expect(terminal.text).toContain('Cannot read pattern');
  });

  it('no-more does not wait', async () => {
    const terminal = new TestTerminal(device(), 160, 10);
    await terminal.type('show security flow session | no-more\r');
    expect(terminal.cursor[0]).toBe('user@host>');
    expect(terminal.text).toContain('Total sessions: 100');
  });

  it('wide lines count as the rows that they take', async () => {
    const terminal = new TestTerminal(device(), 40, 10);
    await terminal.type('show security flow session\r');
    expect(terminal.text.split('\n').length).toBeLessThanOrEqual(12);
  });
});

describe('questions', () => {
  it('are answered on the next line (R-shell-8)', async () => {
    const terminal = new TestTerminal();
    await terminal.type('request system reboot\ryes\r');
    expect(terminal.text).toBe(
      [
        'user@host> request system reboot',
        'Reboot the system ? [yes,no] (no) yes',
        'Shutdown NOW!',
        '',
        'user@host>',
      ].join('\n'),
    );
  });

  it('text is taken until Ctrl-D', async () => {
    const terminal = new TestTerminal();
    await terminal.type('configure\rload set terminal\rset system host-name x?y\r\x04show system\r');
    expect(terminal.text).toBe(
      [
        'user@host> configure',
        'Entering configuration mode',
        '',
        '[edit]',
        'user@host# load set terminal',
        '[Type ^D at a new line to end input]',
        'set system host-name x?y',
        'load complete',
        '',
        '[edit]',
        'user@host# show system',
        'host-name "x?y";',
        '',
        '[edit]',
        'user@host#',
      ].join('\n'),
    );
  });

  it('Ctrl-C answers none', async () => {
    const terminal = new TestTerminal();
    await terminal.type('request system reboot\r\x03show version | match Model\r');
    expect(terminal.text).toContain('(no) ^C\nuser@host> show version | match Model\nModel: srx5600\n');
  });
});

describe('control characters of the device', () => {
  it('do not reach the terminal', async () => {
    const bytes: number[] = [];
    const device = new TestDevice();
    device.sessions = [session({ policy: { name: 'a\x1b[2Jb', index: 1 } })];
    const { Shell } = await import('../index.ts');
    const shell = new Shell(device, { write: (chunk) => bytes.push(...chunk) });
    shell.start();
    shell.input(new TextEncoder().encode('show security flow session\r'));
    await shell.settled;
    expect(new TextDecoder().decode(Uint8Array.from(bytes))).toContain('Policy name: a\ufffd[2Jb/1');
  });
});

describe.each([80, 120])('a terminal of %i columns', (columns) => {
  /** Lines that words lead to, without values. */
  function linesFrom(mode: 'operational' | 'configuration', start: string): string[] {
    const context = { mode, configuration: new Configuration() };
    const lines = [start];
    for (const line of lines) {
      if (line.split(' ').length > 6) continue;
      for (const { word } of completeCommand(line, context).completions) {
        if (word !== null && word !== '|') lines.push(`${line}${word} `);
      }
    }
    return lines;
  }

  it('has room for every list of what may come, words broken at blanks (R-shell-6)', () => {
    const lines = [...linesFrom('operational', ''), ...linesFrom('configuration', 'set ')];
    expect(lines.length).toBeGreaterThan(300);
    for (const [mode, line] of lines.map((each) => [each.startsWith('set ') ? 'configuration' : 'operational', each])) {
      const context = { mode: mode as 'operational', configuration: new Configuration() };
      const { completions } = completeCommand(line, context);
      const table = completionTable(completions, columns).split('\n');
      expect(table.filter((row) => widthOf(row) > columns)).toEqual([]);
      const helps = completions.flatMap(({ help }) => help.split(' ')).filter((word) => word !== '');
      expect(table.join(' ').split(/ +/)).toEqual(expect.arrayContaining(helps));
    }
  });

  it('has room for the tables of the device; only wings and rows of 60 seconds are longer on the device too', () => {
    const device = new TestDevice({ sessions: 4 }).view();
    const wide = /^ {2}(In|Out): |^Session ID: |^Last \d+ seconds|^ *\d+: +\d+ {3}/;
    for (const { name: command } of SHOW_COMMANDS) {
      const rows = show(device, command === 'show security monitoring fpc' ? `${command} 0` : command).split('\n');
      expect(rows.filter((row) => row.length > 80 && !wide.test(row))).toEqual([]);
      expect(rows.filter((row) => row !== row.trimEnd())).toEqual([]);
    }
  });

  it('shows a list that is longer than the screen page by page, then the line again', async () => {
    const terminal = new TestTerminal(new TestDevice(), columns, 11);
    await terminal.type('configure\r');
    await terminal.type('set security flow ?');
    expect(terminal.cursor[0]).toBe('---(more)---');
    await terminal.type('m');
    expect(terminal.cursor[0]).toBe('---(more)---');
    await terminal.type('qaging ?');
    expect(terminal.text).toContain('early-ageout');
    expect(terminal.cursor).toEqual(['user@host# set security flow aging', 35]);
  });

  it('breaks lines that are longer at its edge, and counts their rows for a page', async () => {
    const terminal = new TestTerminal(new TestDevice({ sessions: 30 }), columns, 12);
    await terminal.type('show security flow session\r');
    const rows = terminal.text.split('\n');
    expect(rows.at(-1)).toBe('---(more)---');
    expect(rows.length).toBeLessThanOrEqual(12 + 1);
    expect(Math.max(...rows.map((row) => widthOf(row)))).toBeLessThanOrEqual(columns);
  });
});
