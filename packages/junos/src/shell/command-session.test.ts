import { describe, expect, it } from 'vitest';
import { commandsOn, say, TestDevice } from './shell.suite.ts';

const WARNING =
  'warning: System packet ordering mode changed, reboot is required to take effect. ' +
  'If you have deployed a cluster, be sure to reboot all nodes.\n';

const status = (ordering: string): string => `  Flow forwarding mode:
    Inet forwarding mode: flow based
    Inet6 forwarding mode: drop
    MPLS forwarding mode: drop
    ISO forwarding mode: drop
  Flow trace status
    Flow tracing status: off
  Flow session distribution
    Distribution mode: Hash-based
  Flow packet ordering
    Ordering mode: ${ordering}
`;

describe('changing the packet-ordering mode, as the guide tells it', () => {
  it('prints its texts word for word (R-cfg-3, R-shell-1)', async () => {
    const device = new TestDevice();
    const commands = commandsOn(device);
    const run = (line: string, ...answers: string[]) => say(commands, line, ...answers);
    expect(await run('show security flow status')).toBe(status('Hardware'));
    expect(await run('configure')).toBe('Entering configuration mode\n');
    expect(commands.prompt).toBe('[edit]\nuser@host# ');
    expect(await run('set security forwarding-process application-services packet-ordering-mode software')).toBe('');
    expect(await run('show security forwarding-process')).toBe(
      'application-services {\n    packet-ordering-mode software;\n}\n',
    );
    expect(await run('commit check')).toBe(`${WARNING}configuration check succeeds\n`);
    expect(device.said).toEqual([]);
    expect(await run('commit')).toBe(`${WARNING}commit complete\n`);
    expect(device.said).toEqual(['committed']);
    expect(await run('exit')).toBe('Exiting configuration mode\n');
    expect(await run('show security flow status')).toBe(status('Hardware (reboot needed to change to Software)'));
    expect(await run('request system reboot', 'no')).toBe('Reboot the system ? [yes,no] (no) ');
    expect(await run('request system reboot', '')).toBe('Reboot the system ? [yes,no] (no) ');
    expect(await run('show security flow status')).toBe(status('Hardware (reboot needed to change to Software)'));
    expect(await run('request system reboot', 'yes')).toBe('Reboot the system ? [yes,no] (no) Shutdown NOW!\n');
    expect(await run('show security flow status')).toBe(status('Software'));
  });
});

describe('words', () => {
  it('may be shortened as long as one is meant (R-shell-2)', async () => {
    expect(await say(commandsOn(), 'sh sec fl st')).toContain("10^'st' is ambiguous.");
    expect(await say(commandsOn(), 'sh sec fl statu')).toBe(status('Hardware'));
  });

  it.each([
    ['shw version', '0^unknown command.\n'],
    ['show cpu', '5^syntax error.\n'],
    ['show security flow s', /^19\^'s' is ambiguous\.\nPossible completions:\n {2}session {14}Show flow sessions\n/],
    ['show security', '13^missing argument.\n'],
    ['show version | frob', '15^syntax error.\n'],
    ['show version | match "', '21^string without " at its end.\n'],
    ['show version | match "a', '21^string without " at its end.\n'],
    ['show version | match [', /^\^error: Cannot read pattern: it must have a \] behind each \[: got "\["\n$/],
    ['show security monitoring fpc 7', /^\^error: Cannot render output: FPC must be one with SPUs \(0\): got 7\n$/],
    ['request chassis fpc slot 9 offline', /^\^error: Cannot change card: slot must be from 0 to 5: got 9\n$/],
    ['request simulation status', '^error: this device plays no traffic\n'],
    ['show security flow session protocol xyz', /^37?\d*\^/],
  ])('%s is refused with the place of the word (R-shell-3)', async (line, expected) => {
    const said = await say(commandsOn(), line);
    if (typeof expected === 'string') expect(said).toBe(expected);
    else expect(said).toMatch(expected);
  });

  it('an empty line does nothing', async () => {
    expect(await say(commandsOn(), '  ')).toBe('');
  });
});

describe('pipes', () => {
  const all = 'show security flow session';
  it.each([
    ['| match udp', 1],
    ['| match "In: .*;TCP"', 2],
    ['| except "session id|In:|Out:|Total"', 8],
    ['| match In | count', 1],
    ['| find "FPC0 PIC3"', 2],
    ['| last 3', 3],
    ['| match nowhere', 0],
    ['| find nowhere', 1],
    ['| no-more', 20],
  ])('%s gives as many lines (R-shell-4)', async (pipe, lines) => {
    const said = await say(commandsOn(), `${all} ${pipe}`);
    expect(said === '' ? 0 : said.trimEnd().split('\n').length).toBe(lines);
  });

  it('count says so', async () => {
    expect(await say(commandsOn(), `${all} | match tcp | count`)).toBe('Count: 5 lines\n');
    expect(await say(commandsOn(), `${all} | find nowhere`)).toBe('Pattern not found\n');
  });

  it('display changes the form, before lines are filtered', async () => {
    const commands = commandsOn();
    expect(await say(commands, 'show version | display xml | match host-name')).toBe(
      '        <host-name>host</host-name>\n',
    );
    const json = JSON.parse(await say(commands, 'show system uptime | display json'));
    expect(json['system-uptime-information'][0]['current-time'][0]['date-time'][0].data).toBe(
      '2026-01-01 00:03:20 UTC',
    );
    await say(commands, 'configure');
    await say(commands, 'set system host-name a');
    expect(await say(commands, 'show | display set')).toBe('set system host-name a\n');
    expect(await say(commands, 'show | compare')).toBe('[edit]\n+  system {\n+      host-name a;\n+  }\n');
    expect(await say(commands, 'run show version | match Model')).toBe('Model: srx5600\n');
  });
});

describe('configuration mode', () => {
  async function editing(active = 'system { host-name a; }') {
    const device = new TestDevice({ active });
    const commands = commandsOn(device);
    await say(commands, 'configure');
    return { device, commands };
  }

  it('shows the level that is edited in the prompt (R-shell-1)', async () => {
    const { commands } = await editing();
    await say(commands, 'edit security zones security-zone trust');
    expect(commands.prompt).toBe('[edit security zones security-zone trust]\nuser@host# ');
    await say(commands, 'up');
    expect(commands.prompt).toBe('[edit security zones]\nuser@host# ');
    await say(commands, 'top');
    expect(commands.prompt).toBe('[edit]\nuser@host# ');
  });

  it('asks before changes are left behind', async () => {
    const { commands } = await editing();
    await say(commands, 'set system host-name b');
    const question =
      'The configuration has been changed but not committed\nExit with uncommitted changes? [yes,no] (yes) ';
    expect(await say(commands, 'exit', 'no')).toBe(question);
    expect(commands.context.mode).toBe('configuration');
    expect(await say(commands, 'exit', '')).toBe(`${question}Exiting configuration mode\n`);
    expect(commands.context.mode).toBe('operational');
    expect(await say(commands, 'configure')).toBe(
      'Entering configuration mode\nThe configuration has been changed but not committed\n',
    );
  });

  it('says of what the schema has and the tree has not that it is not there', async () => {
    const { commands } = await editing('chassis { fpc 1 { np-cache; } }');
    expect(await say(commands, 'delete system')).toBe('7^statement not found.\n');
    expect(await say(commands, 'delete system host-name')).toBe('7^statement not found.\n');
    expect(await say(commands, 'deactivate chassis cluster')).toBe('19^statement not found.\n');
    expect(await say(commands, 'delete chassis fpc 2')).toBe('19^statement not found.\n');
    expect(await say(commands, 'delete sytem')).toBe('7^syntax error.\n');
    expect(await say(commands, 'rename chassis fpc 2 to 3')).toBe('19^statement not found.\n');
  });

  it('shows a value by its name alone', async () => {
    const { commands } = await editing();
    expect(await say(commands, 'show system host-name')).toBe('host-name a;\n');
    expect(await say(commands, 'show system host-name | display set')).toBe('set system host-name a\n');
    expect(await say(commands, 'show security forwarding-process application-services packet-ordering-mode')).toBe('');
    expect(await say(commands, 'show chassis fpc')).toBe('');
    expect(await say(commands, 'set system host-name')).toMatch(/missing argument/);
  });

  it('loads what is typed, names what is wrong with it, and rolls back', async () => {
    const { commands } = await editing();
    const text = 'set system host-name c\nset security flow tcp-session tcp-initial-timeout 3\n';
    expect(await say(commands, 'load set terminal', text)).toMatch(
      /^\[Type \^D at a new line to end input\]\n\^terminal:2:\(\d+\) Value 3 is not within range \(4\.\.300\)\nload complete \(1 error\)\n$/,
    );
    expect(await say(commands, 'show system')).toBe('host-name c;\n');
    expect(await say(commands, 'rollback 0')).toBe('load complete\n');
    expect(await say(commands, 'show system')).toBe('host-name a;\n');
    expect(await say(commands, 'rollback 7')).toMatch(/^\^error: Cannot roll back configuration: number must be/);
    expect(await say(commands, 'load merge file.conf')).toBe(
      "^error: no files can be read here: use 'load merge terminal'\n",
    );
  });

  it('commits with a comment, in time, and leaves with and-quit (R-cfg-8)', async () => {
    const { commands, device } = await editing();
    await say(commands, 'set system host-name b');
    expect(await say(commands, 'commit confirmed 5')).toContain('rolled back in 5 minutes unless confirmed');
    device.nowNs += 301e9;
    expect(await say(commands, 'show system')).toBe('host-name a;\n');
    await say(commands, 'set system host-name d');
    expect(await say(commands, 'commit and-quit')).toBe('commit complete\nExiting configuration mode\n');
    expect(await say(commands, 'show configuration')).toBe(
      '## Last commit: 2026-01-01 00:08:21 UTC by user\nsystem {\n    host-name d;\n}\n',
    );
    expect(await say(commands, 'show configuration system | display set')).toBe('set system host-name d\n');
  });

  it('R-cfg-1: what is active is compared with what was, in operational mode too', async () => {
    const { commands } = await editing();
    await say(commands, 'set system host-name other');
    await say(commands, 'commit and-quit');
    expect(await say(commands, 'show configuration | compare rollback 1')).toMatch(
      /^\[edit.*\n\+.*host-name other;\n/s,
    );
    expect(await say(commands, 'show configuration | compare')).toBe('');
    expect(await say(commands, 'show configuration | compare rollback 9')).toMatch(
      /number must be from 0 to \d: got 9/,
    );
  });

  it('a commit that fails says why, and changes nothing', async () => {
    const { commands, device } = await editing();
    await say(commands, 'set security policies from-zone a to-zone b policy p then permit');
    expect(await say(commands, 'commit')).toMatch(/^\^\[edit.*error: configuration check-out failed\n$/s);
    expect(device.said).toEqual([]);
  });

  it('asks before everything is deleted, and takes a place for the caret from the statement', async () => {
    const { commands } = await editing();
    expect(await say(commands, 'delete', 'no')).toContain('Delete everything under this level? [yes,no] (no) ');
    expect(await say(commands, 'show')).not.toBe('');
    await say(commands, 'delete', 'yes');
    expect(await say(commands, 'show')).toBe('');
    expect(await say(commands, 'rename system to a')).toMatch(/^\d+\^/);
  });
});

describe('an answer', () => {
  it('that deletes an empty level is told so, and the session goes on', async () => {
    const commands = commandsOn();
    await say(commands, 'configure');
    await say(commands, 'edit security flow');
    expect(await say(commands, 'delete', 'yes')).toMatch(/\(no\) warning: statement not found\n$/);
    expect(commands.prompt).toBe('[edit security flow]\nuser@host# ');
  });

  it('that the device refuses is told as a line is', async () => {
    const device = new TestDevice();
    device.reboot = () => {
      throw new RangeError('Cannot reboot: the chassis must be up: got booting');
    };
    expect(await say(commandsOn(device), 'request system reboot', 'yes')).toMatch(
      /\^error: Cannot reboot: the chassis must be up: got booting\n$/,
    );
  });
});

describe('sessions', () => {
  it('are cleared by filters (R-cli-6)', async () => {
    const commands = commandsOn();
    expect(await say(commands, 'clear security flow session protocol udp')).toBe('1 active sessions cleared\n');
    expect(await say(commands, 'clear sec flow session all')).toBe('2 active sessions cleared\n');
    expect(await say(commands, 'show security flow session | match Total | count')).toBe('Count: 3 lines\n');
  });
});
