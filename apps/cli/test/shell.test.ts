import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { finished, midplane, NODE_ARGS, office, root, start, temporaryFile, temporaryFolder } from './_midplane.ts';

const WARNING =
  'warning: System packet ordering mode changed, reboot is required to take effect. ' +
  'If you have deployed a cluster, be sure to reboot all nodes.';

describe('midplane shell -c', () => {
  it('runs lines at the end of a capture, and agrees with midplane sessions (R-cli-4)', async () => {
    const { code, out, err } = await midplane(
      'shell',
      office,
      '-c',
      'show security flow session summary',
      '-c',
      'show security monitoring | match Total',
    );
    expect([code, err]).toEqual([0, '']);
    const { out: summary } = await midplane('sessions', office, '--summary');
    expect(out.startsWith(summary)).toBe(true);
    expect(out.slice(summary.length)).toMatch(/^Total Sessions: +1034 +44040192 +1034 +52848229\n$/);
  });

  it('ends with exit code 2 at the first line that is wrong, the caret under the word (R-shell-3)', async () => {
    const { code, out, err } = await midplane(
      'shell',
      '-c',
      'show vers | match Model',
      '-c',
      'show cpu',
      '-c',
      'show version',
    );
    expect([code, out, err]).toEqual([2, 'Model: srx5800\n', 'show cpu\n     ^\nsyntax error.\n']);
    const ambiguous = await midplane('shell', '-c', 'show security flow s');
    expect(ambiguous.err).toMatch(
      /^show security flow s\n {19}\^\n's' is ambiguous\.\nPossible completions:\n {2}session/,
    );
  });

  it('loads a Junos configuration and configuration files', async () => {
    const file = temporaryFile(
      'box.conf',
      'system { host-name edge; }\nsecurity { flow { tcp-session { no-syn-check; } } }\n',
    );
    const more = temporaryFile('more.set', 'set system host-name core\n');
    const { out } = await midplane(
      ...['shell', '--configuration', file, '-c', 'show version | match Host', '-c', 'configure'],
      ...['-c', `load set ${more}`, '-c', 'show | compare', '-c', 'commit', '-c', 'run show version | match Host'],
    );
    expect(out).toBe(
      'Hostname: edge\nEntering configuration mode\nload complete\n' +
        '[edit system]\n-  host-name edge;\n+  host-name core;\ncommit complete\nHostname: core\n',
    );
    const missing = await midplane('shell', '--configuration', 'none.conf', '-c', 'show version');
    expect(missing).toMatchObject({ code: 2, out: '' });
    expect(missing.err).toMatch(
      /^midplane: Cannot read configuration: the file must exist: got "none\.conf" \[no-such-file\]/,
    );
    const none = await midplane('shell', '-c', 'configure', '-c', 'load merge none.conf');
    expect(none.err).toMatch(/^midplane: Cannot read configuration: |error: Cannot read configuration: /);
  });

  it('shows the distribution mode of an old chassis that is configured for round robin', async () => {
    const line = 'show security flow status | match "distribution mode"';
    const old = ['--release', '12.1X44-D10', '--cards', '1=SPC1,2=IOC1', '--distribution', 'rr'];
    expect((await midplane('shell', ...old, '-c', line)).out).toBe('    Distribution mode: RR-based\n');
    expect((await midplane('shell', '-c', line)).out).toBe('    Distribution mode: Hash-based\n');
  });

  it('gives the device at the place where a capture is corrupt, and exit code 2', async () => {
    const bytes = readFileSync(office);
    const file = join(temporaryFolder(), 'cut.pcapng');
    writeFileSync(file, bytes.subarray(0, Math.floor(bytes.length / 2) - 1));
    const { code, out, err } = await midplane('shell', file, '-c', 'show security monitoring | match Total');
    expect(code).toBe(2);
    expect(err).toMatch(/^midplane: Cannot read capture .* \[capture-/);
    expect(out).toMatch(/^Total Sessions: +\d{2,} /);
  });
});

describe('a script from standard input', () => {
  it('answers questions with its next lines (R-shell-8)', async () => {
    const child = start('shell');
    child.stdin?.end(
      '# the mode of packet ordering\nconfigure\nload set terminal\n' +
        'set security forwarding-process application-services packet-ordering-mode software\n\x04\n' +
        'commit and-quit\nrequest system reboot\nno\nrequest system reboot\nyes\nshow security flow status | match "ordering mode"\nexit\nshow cpu\n',
    );
    const { code, out, err } = await finished(child);
    expect([code, err]).toEqual([0, '']);
    expect(out.replace(/\d+ s of/, 'n s of')).toBe(
      `Entering configuration mode\n[Type ^D at a new line to end input]\nload complete\n${WARNING}\ncommit complete\n` +
        'Exiting configuration mode\nReboot the system ? [yes,no] (no) no\nReboot the system ? [yes,no] (no) yes\n' +
        'Shutdown NOW!\n(midplane: n s of simulated time have passed; boot times are assumed)\n    Ordering mode: Software\n',
    );
  });

  it('a reader that has seen enough ends it quietly', async () => {
    const child = start('shell', office);
    const said = finished(child);
    child.stdout?.once('data', () => child.stdout?.destroy());
    child.stdin?.end('show security flow session\n'.repeat(20));
    expect(await said).toMatchObject({ code: 0, err: '' });
  });
});

/** Types into a pseudo-terminal: waits for a text, then types the next, and prints all that was shown. */
const TYPIST = `
import fcntl, json, os, pty, select, struct, sys, termios, time
size, steps, command = json.load(sys.stdin)
pid, fd = pty.fork()
if pid == 0:
    os.execv(command[0], command)
fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack('HHHH', size[1], size[0], 0, 0))
raw = seen = b''
at = 0
def read(limit):
    global raw, seen
    ready, _, _ = select.select([fd], [], [], limit)
    if not ready: return False
    try: data = os.read(fd, 65536)
    except OSError: return False
    raw += data
    # Node lets the terminal put a return before each line end
    seen = raw.replace(b'\\r\\r\\n', b'\\r\\n')
    return len(data) > 0
for wait, keys in steps:
    until = time.time() + 20
    while seen.find(wait.encode(), at) < 0:
        if time.time() > until: sys.exit('never shown: ' + wait + '\\n' + seen.decode())
        if not read(1) and os.waitpid(pid, os.WNOHANG)[0] != 0: sys.exit('ended before: ' + wait + '\\n' + seen.decode())
    at = seen.find(wait.encode(), at) + len(wait.encode()) # what follows may be there in part: a return of a line end
    os.write(fd, keys.encode())
until = time.time() + 20
while time.time() < until and read(5): pass
_, status = os.waitpid(pid, 0)
sys.stdout.buffer.write(seen)
sys.exit(os.waitstatus_to_exitcode(status))
`;

const hasPython = spawnSync('python3', ['-c', 'import pty']).status === 0;
if (!hasPython && process.env['MIDPLANE_REQUIRE_TOOLS'] === '1') throw new Error('python3 with pty is needed');
if (!hasPython) console.warn('SKIPPED: the shell in a pseudo-terminal: there is no python3 with pty');

describe.skipIf(!hasPython)('at a pseudo-terminal', () => {
  function typed(steps: readonly (readonly [string, string])[], size = [80, 24]): string {
    const command = [process.execPath, ...NODE_ARGS, 'shell'];
    const input = JSON.stringify([size, steps, command]);
    const { status, stdout, stderr } = spawnSync('python3', ['-c', TYPIST], { cwd: root, input, timeout: 60_000 });
    expect([status, String(stderr)]).toEqual([0, '']);
    return String(stdout);
  }

  it("the guide's session on packet ordering gives the guide's texts (R-shell-1, R-cfg-3)", () => {
    const before = 'Hardware (reboot needed to change to Software)';
    const shown = typed([
      ['user@host> ', 'configure\r'],
      ['[edit]\r\nuser@host# ', 'set security forwarding-process application-services packet-ordering-mode software\r'],
      ['user@host# ', 'show security forwarding-process\r'],
      [
        'application-services {\r\n    packet-ordering-mode software;\r\n}\r\n\r\n[edit]\r\nuser@host# ',
        'commit check\r',
      ],
      [`${WARNING}\r\nconfiguration check succeeds\r\n\r\n[edit]\r\nuser@host# `, 'commit\r'],
      [`${WARNING}\r\ncommit complete\r\n\r\n[edit]\r\nuser@host# `, 'exit\r'],
      ['Exiting configuration mode\r\n\r\nuser@host> ', 'show security flow status\r'],
      [`    Ordering mode: ${before}\r\n\r\nuser@host> `, 'request system reboot\r'],
      ['Reboot the system ? [yes,no] (no) ', 'yes\r'],
      ['user@host> ', 'show security flow status\r'],
      ['    Ordering mode: Software\r\n\r\nuser@host> ', 'exit\r'],
    ]);
    expect(shown).toContain(
      [
        'show security flow status',
        '  Flow forwarding mode:',
        '    Inet forwarding mode: flow based',
        '    Inet6 forwarding mode: drop',
        '    MPLS forwarding mode: drop',
        '    ISO forwarding mode: drop',
        '  Flow trace status',
        '    Flow tracing status: off',
        '  Flow session distribution',
        '    Distribution mode: Hash-based',
        '  Flow packet ordering',
        `    Ordering mode: ${before}`,
        '',
      ].join('\r\n'),
    );
  }, 90_000);

  it('keys edit, complete and help; pages wait', () => {
    const shown = typed(
      [
        ['user@host> ', 'shw\x7fow ch\thard\t'],
        ['show chassis hardware ', '\r'],
        ['---(more)---', 'q'],
        ['user@host> ', '\x1b[A'],
        ['show chassis hardware', '\x15show security flow ?'],
        ['Possible completions:', '\x03'],
        ['user@host> ', '\x04'],
      ],
      [80, 8],
    );
    expect(shown).toContain('  session              Show flow sessions\r\n');
    expect(shown).not.toContain('FPC 7');
  }, 90_000);

  it.each([
    [80, 24],
    [120, 30],
  ])(
    'no row of a table or of a list is broken at %i columns and %i rows (R-shell-6, R-shell-7)',
    (columns, rows) => {
      const shown = typed(
        [
          ['user@host> ', 'sh sec fl st\r'],
          ['  status               Show flow status\r\n\r\nuser@host> ', 'show security monitoring\r'],
          ['52848229\r\n\r\nuser@host> ', 'show chassis hardware | no-more\r'],
          ['10x 10GE SFP+\r\n\r\nuser@host> ', 'show security monitoring performance spu\r'],
          ['---(more)---', 'q'],
          ['user@host> ', 'configure\r'],
          ['user@host# ', 'set security flow ?'],
          ['Possible completions:', '\x15set ?'],
          ['Possible completions:', '\x15exit\r'],
          ['user@host> ', 'exit\r'],
        ],
        [columns, rows],
      );
      const lines = shown.split('\r\n').map((line) => line.replaceAll(/.*\r/g, ''));
      expect(lines.filter((line) => line.length > columns)).toEqual([]);
      expect(shown).toMatch(/user@host> show security flow st\r\n {30}\^\r\n'st' is ambiguous\./);
      const page = shown.slice(shown.indexOf('fpc  '), shown.indexOf('---(more)---'));
      expect(page.split('\r\n')).toHaveLength(rows);
    },
    90_000,
  );
});
