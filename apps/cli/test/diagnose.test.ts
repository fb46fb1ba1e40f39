import { describe, expect, it } from 'vitest';
import { finished, midplane, midplaneJson, office, start, temporaryFile } from './_midplane.ts';

const TABLE = `user@fw> show security monitoring
                  Flow session   Flow session     CP session     CP session
FPC PIC CPU Mem        current        maximum        current        maximum
  0   0   5  60              0              0              0              0
  0   1  98  71        1000000        6291456        1000000        7549747
  0   2  11  70        1000900        6291456        1000900        7549747
Total Sessions:        2000900       12582912        2000900       15099494
`;

describe('midplane diagnose', () => {
  it('says what is wrong first, then the load, then what each figure answers (R-diag-3)', async () => {
    const { code, out, err } = await midplane('diagnose', temporaryFile('a.txt', `${TABLE}and a line\n`));
    expect([code, err]).toEqual([0, '']);
    expect(out).toBe(
      `Problems (1)
  - FPC0 PIC1 is at 98 % CPU, the others at 11 % on average; it has no more
    sessions than its weight asks for: look for an elephant among its sessions
    (question 5)

SPUs
SPU        role   CPU   mem   sessions     maximum  used   share  weight  failed
FPC0 PIC0  cp     5 %  60 %          0           0     -   0.0 %   0.0 %       -
FPC0 PIC1  -     98 %  71 %  1,000,000   6,291,456  16 %  50.0 %  50.0 %       -
FPC0 PIC2  -     11 %  70 %  1,000,900   6,291,456  16 %  50.0 %  50.0 %       -
all                          2,000,900  12,582,912

What the figures answer
2. Sessions, CPU and memory per SPU, in one view?
  - the table shows sessions, CPU and memory of 3 SPUs beside what the weights
    ask for
4. Which number is the maximum of the central point, and which that of the system?
  - every SPU keeps 1.2 times its flow sessions as central point (15,099,494
    together): that does not bind; the system holds 12,582,912 sessions, the sum
    of the flow maximums
9. How much headroom is left in the session tables?
  - the first limit is FPC0 PIC1 with its CPU: 98 % used; as long as the mix
    stays, 1.0 times the traffic fits

Read: show security monitoring
"show security flow session summary" would add: sessions that failed
"show security flow session" would add: owners of flows, elephants
"show chassis fpc pic-status" would add: which SPU is the central point

Not read: 1 line
  line 8: and a line
`,
    );
  });

  it('reads several files and standard input, and prints JSON', async () => {
    const list = await midplane('shell', office, '-c', 'show security flow session | display xml');
    const file = temporaryFile('list.xml', list.out);
    const { value } = await midplaneJson('diagnose', temporaryFile('b.txt', TABLE), file);
    expect(value).toMatchObject({
      schema: 'midplane-diagnosis/1',
      commands: ['show security flow session', 'show security monitoring'],
      unread: [],
    });
    const child = start('diagnose', '-', '--json');
    child.stdin?.end(TABLE);
    expect(JSON.parse((await finished(child)).out).nodes[0].sessions).toBe(2_000_900);
  });

  it('refuses a heading without a row that can be read: no figure is no clean bill', async () => {
    const [, head, columns, row] = TABLE.split('\n');
    const text = [head, columns, row!.replace('0   0', '0   x')].join('\n');
    const { code, out, err } = await midplane('diagnose', temporaryFile('e.txt', text));
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(
      /: show security monitoring must be followed by figures of SPUs: got line 3, "0 {3}x .*" \[nothing-read\]\n$/,
    );
  });

  it('refuses what holds no output, and files that are none', async () => {
    const { code, err } = await midplane('diagnose', temporaryFile('c.txt', 'dear all\x1b[2J,\n'));
    expect(code).toBe(2);
    expect(err).toMatch(
      /^midplane: Cannot read output: it must be that of one of .*: got line 1, "dear all.*" \[nothing-read\]\n$/,
    );
    expect(err).not.toContain('\x1b');
    expect((await midplane('diagnose', 'none.txt')).err).toMatch(/must exist: got "none\.txt" \[no-such-file\]\n$/);
    const binary = await midplane('diagnose', temporaryFile('x', 'ab '.repeat(1000)));
    expect(binary.err).toContain(`got line 1, "${'ab '.repeat(20)}..."`);
    expect((await midplane('diagnose')).err).toContain('[usage-missing-argument]');
  });
});
