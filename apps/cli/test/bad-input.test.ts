import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { midplane, office, temporaryFile, temporaryFolder } from './_midplane.ts';

const FLOW = '192.0.2.1:1234 > 198.51.100.2:443/tcp';

/** Expects one sentence in the project's form on standard error, nothing on standard output, exit code 2; with --json the same as JSON. */
async function expectRefusal(
  args: readonly string[],
  code: string,
  parts: readonly (string | RegExp)[],
): Promise<void> {
  const { code: exitCode, out, err } = await midplane(...args);
  expect(err).toMatch(/^midplane: Cannot [^\n]+: [^\n]*must [^\n]+: got [^\n]+ \[[a-z-]+\]\n$/);
  expect(err.endsWith(` [${code}]\n`), err).toBe(true);
  for (const part of parts) expect(err).toEqual(expect.stringMatching(part));
  expect([exitCode, out]).toEqual([2, '']);
  if (args.length === 0) return;
  const asJson = await midplane(...args, '--json');
  const { error } = JSON.parse(asJson.err) as { error: { code: string; message: string } };
  expect(asJson.err.split('\n')).toHaveLength(2);
  expect([asJson.code, `midplane: ${error.message} [${error.code}]\n`]).toEqual([2, err]);
}

/** Text as a pattern that matches it literally. */
function literally(text: string): RegExp {
  return new RegExp(text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
}

describe('chassis, cards and release', () => {
  const cards = (text: string) => ['run', office, '--cards', text];

  it.each<[string, string[], string, (string | RegExp)[]]>([
    ['unknown card', cards('1=SPC9,7=IOC2'), 'unknown-card', ['got "SPC9"', 'SPC2', 'IOC2', 'slot 1']],
    ['SRX3000 card', cards('1=SRX3K-SPC-1-10-40,7=IOC2'), 'foreign-card', ['got "SRX3K-SPC-1-10-40"', 'SPC2']],
    ['slot out of range', cards('1=SPC2,12=IOC2'), 'slot-out-of-range', ['from 0 to 11', 'got slot 12']],
    ['slot far out of range', cards('1=SPC2,123=IOC2'), 'slot-out-of-range', ['from 0 to', '123']],
    ['two cards in a slot', cards('1=SPC2,1=SPC3'), 'slot-taken', ['slot 1 already holds SPC2', 'got "1=SPC3"']],
    ['no SPC', cards('7=IOC2'), 'no-spc', ['SPC1', 'SPC3', 'got 7=IOC2']],
    ['no IOC', cards('1=SPC2'), 'no-ioc', ['IOC1', 'IOC2', 'got 1=SPC2']],
    ['malformed cards', cards('SPC2'), 'malformed-cards', ["'1=SPC2,2=SPC2,7=IOC2'", 'got "SPC2"']],
    ['empty cards', cards(''), 'malformed-cards', ['got ""']],
    [
      'mixed SPCs',
      [...cards('1=SPC1,2=SPC3,7=IOC2'), '--release', '18.2R1'],
      'mixed-spc',
      ['got 1=SPC1,2=SPC3,7=IOC2'],
    ],
    [
      'card of a later release',
      ['run', office, '--cards', '1=SPC3,7=IOC2', '--release', '17.4R1'],
      'card-needs-release',
      ['SPC3', 'got 17.4R1'],
    ],
    [
      'table without a row for each SPU',
      ['run', office, '--table-length', '3'],
      'out-of-range',
      ['--table-length must be at least the number of SPUs with a weight, 7', 'got 3'],
    ],
    [
      'unknown chassis',
      ['chassis', '--chassis', 'srx5900'],
      'unknown-model',
      ['srx5400, srx5600, srx5800', 'got "srx5900"'],
    ],
    [
      'malformed release',
      ['where', FLOW, '--release', '17.4'],
      'malformed-release',
      ["'17.4R1'", "'15.1X49-D30'", 'got "17.4"'],
    ],
    [
      'distribution that the release does not have',
      ['run', office, '--distribution', 'rr'],
      'unsupported-mode',
      ['distribution', 'rr-based'],
    ],
    [
      'unknown distribution',
      ['run', office, '--distribution', 'random'],
      'usage-invalid-value',
      ['hash, rr, wrr or adaptive', 'got "random"'],
    ],
    [
      'release without hash',
      ['where', FLOW, '--release', '12.1X44-D5'],
      'unsupported-release',
      ['hash-based', 'got rr-based', '12.1X44-D5'],
    ],
    [
      'mixed cards without hash',
      ['where', FLOW, '--release', '12.1X46-D10', '--cards', '1=SPC1,2=SPC2,7=IOC1'],
      'unsupported-release',
      ['hash-based', 'got adaptive', '12.1X46-D10'],
    ],
    ['table of no rows', ['chassis', '--table-length', '0'], 'out-of-range', ['--table-length must be', 'got 0']],
    [
      'unknown hash',
      ['run', office, '--hash', 'crc32'],
      'unknown-hash',
      ['crc32c, toeplitz, ', 'got "crc32"', 'nearest: crc32c'],
    ],
    ['unknown hash of where', ['where', FLOW, '--hash', 'md5'], 'unknown-hash', ['crc32c, toeplitz, ', 'got "md5"']],
  ])('%s', async (_, args, code, parts) => {
    await expectRefusal(
      args,
      code,
      parts.map((part) => (typeof part === 'string' ? literally(part) : part)),
    );
  });

  it('is checked before the capture is opened', async () => {
    await expectRefusal(['run', 'no-such.pcap', '--cards', '7=IOC2'], 'no-spc', []);
  });
});

describe('flow', () => {
  it.each<[string, string[], string[]]>([
    ['no flow at all', ['bogus'], ['got "bogus"', "'192.0.2.1:1234 > 198.51.100.2:443/tcp'"]],
    ['without >', ['192.0.2.1:1234 198.51.100.2:443/tcp'], [`did you mean '${FLOW}', in quotes?`]],
    [
      'without > and without quotes',
      ['192.0.2.1:1234', '198.51.100.2:443/tcp'],
      [`did you mean '${FLOW}', in quotes?`],
    ],
    ['cut by the shell at >', ['192.0.2.1:1234'], ['">" or "-->" must follow the source', 'in quotes']],
    ['without protocol', ['192.0.2.1 > 192.0.2.2'], ['/tcp, /udp, /icmp', 'got nothing']],
    ['unknown protocol', ['192.0.2.1 > 192.0.2.2/tpc'], ['tcp', 'got "tpc"']],
    ['address out of range', ['192.0.2.300:1 > 192.0.2.1:2/tcp'], ['column 1', 'got "192.0.2.300:1"']],
    ['port out of range', ['192.0.2.1:65536 > 192.0.2.1:2/tcp'], ['from 0 to 65535', 'got "65536"']],
    ['two IP versions', ['192.0.2.1:1 > [2001:db8::1]:2/tcp'], ['got "[2001:db8::1]:2"']],
    ['IPv6 port without brackets', ['2001:db8::1:53 > 2001:db8::2:53/udp'], ['[2001:db8::1]:53']],
    ['empty', [''], ['got nothing']],
  ])('%s', async (_, words, parts) => {
    await expectRefusal(['where', ...words], 'malformed-flow', parts.map(literally));
  });

  it('the arrow of Junos outside of quotes is told from an option', async () => {
    const words = ['where', '192.0.2.1/1234', '-->', '198.51.100.2/443;tcp'];
    await expectRefusal(words, 'usage-unknown-option', [/got "-->" \(the flow must be one argument, in quotes\)/]);
  });
});

describe('command line', () => {
  it.each<[string, string[], string, string[]]>([
    ['no command', [], 'usage-no-command', ['where, explain', 'chassis', 'got none']],
    ['unknown command', ['rnu', office], 'usage-unknown-command', ['got "rnu" (nearest: run)', 'inspect']],
    ['help of an unknown command', ['help', 'inspct'], 'usage-unknown-command', ['got "inspct" (nearest: inspect)']],
    [
      'a catalogue of a chassis',
      ['chassis', '--catalogue', '--cluster-with', 'same'],
      'usage-conflict',
      ['--catalogue must stand alone', 'got --cluster-with'],
    ],
    [
      'unknown option',
      ['run', office, '--hassh', 'x'],
      'usage-unknown-option',
      ['got "--hassh" (nearest: --hash)', '--cards'],
    ],
    ['unknown global option', ['--verbose'], 'usage-unknown-option', ['--version, --help', 'got "--verbose"']],
    ['no capture', ['run'], 'usage-missing-argument', ['midplane run [options] <capture>', 'got none']],
    ['no captures', ['inspect'], 'usage-missing-argument', ['midplane inspect [options] <capture...>', 'got none']],
    ['two captures', ['run', 'a', 'b'], 'usage-excess-arguments', ['midplane run [options] <capture>', 'got "a" "b"']],
    ['argument too many', ['chassis', 'x'], 'usage-excess-arguments', ['midplane chassis [options]', 'got "x"']],
    ['no output', ['traffic'], 'usage-missing-option', ['-o, --output <file>', 'got none']],
    [
      'bad number',
      ['run', office, '--top', 'x'],
      'usage-invalid-value',
      ['--top must be a whole number from 0 to 5', 'got "x"'],
    ],
    ['number out of range', ['run', office, '--top', '6'], 'usage-invalid-value', ['from 0 to 5', 'got "6"']],
    ['number with decimals', ['chassis', '--table-length', '1.5'], 'usage-invalid-value', ['got "1.5"']],
    ['negative number', ['traffic', '-o', 'x', '--seed', '-1'], 'out-of-range', ['from 0 to 4,294,967,295', 'got -1']],
    ['number in words', ['traffic', '-o', 'x', '--packets', '1e5'], 'usage-invalid-value', ['in digits', 'got "1e5"']],
    [
      'more flows than packets',
      ['traffic', '-o', 'x', '--packets', '2', '--flows', '9'],
      'out-of-range',
      ['--packets must be at least --flows (9)', 'got 2'],
    ],
    [
      'number too large',
      ['traffic', '-o', 'x', '--rate', '2e9'],
      'out-of-range',
      ['0.001 to 1,000,000,000', 'got 2000000000'],
    ],
    [
      'table shorter than there are SPUs',
      ['run', office, '--table-length', '3'],
      'out-of-range',
      ['--table-length must be at least', 'got 3'],
    ],
    [
      'no number',
      ['traffic', '-o', 'x', '--zipf', 'abc'],
      'usage-invalid-value',
      ['--zipf must be a number', 'got "abc"'],
    ],
    [
      'empty number',
      ['traffic', '-o', 'x', '--rate', ''],
      'usage-invalid-value',
      ['--rate must be a number', 'got ""'],
    ],
    ['repeat of 0', ['traffic', '-o', 'x', '--repeat', '0'], 'usage-invalid-value', ['--repeat must be', 'got "0"']],
    [
      'unknown shape',
      ['traffic', '-o', 'x', '--shape', 'smal'],
      'usage-invalid-value',
      ['one of small, many', 'got "smal" (nearest: small)'],
    ],
    [
      'unknown format',
      ['traffic', '-o', 'x', '--format', 'erf'],
      'usage-invalid-value',
      ['one of pcap, pcapng', 'got "erf"'],
    ],
    [
      'a side that is named twice',
      ['run', office, '--side', '10.0.0.0/8=xe-7/0/0', '--side', '10.0.0.0/8=xe-7/0/1'],
      'usage-invalid-value',
      ['--side must name each side once: got "10.0.0.0/8=xe-7/0/1"'],
    ],
    [
      'no flows',
      ['traffic', '-o', 'x', '--flows', '0'],
      'out-of-range',
      ['--flows must be an integer from 1 to 100,000,000: got 0'],
    ],
    [
      'output that is not there',
      ['diagnose', 'no/such.txt'],
      'no-such-file',
      ['Cannot read output: the file must exist'],
    ],
    [
      'a side without an interface',
      ['run', office, '--side', '10.0.0.0/8'],
      'usage-invalid-value',
      ['10.0.0.0/8=xe-7/0/0'],
    ],
    [
      'a side that is no prefix',
      ['run', office, '--side', '10.0.0.1/8=xe-7/0/0'],
      'usage-invalid-value',
      ['no bits set behind'],
    ],
    [
      'a side that is no end of conversations',
      ['run', office, '--side', 'initator=xe-7/0/0'],
      'usage-invalid-value',
      ['10.0.0.0/8 or an address; or initiator, responder', 'got "initator=xe-7/0/0"'],
    ],
    [
      'a side on no I/O card',
      ['run', office, '--side', '10.0.0.0/8=xe-3/0/0'],
      'out-of-range',
      ['slots 7 have', 'got slot 3'],
    ],
    ['no packets', ['traffic', '-o', 'x', '--packets', '0'], 'out-of-range', ['--packets must be', 'got 0']],
    ['share above 1', ['traffic', '-o', 'x', '--ipv6-share', '2'], 'out-of-range', ['--ipv6-share must be', 'got 2']],
    ['exponent below 0', ['traffic', '-o', 'x', '--zipf', '-1'], 'out-of-range', ['--zipf must be', 'got -1']],
    ['rate of 0', ['traffic', '-o', 'x', '--rate', '0'], 'out-of-range', ['--rate must be', 'got 0']],
  ])('%s', async (_, args, code, parts) => {
    await expectRefusal(args, code, parts.map(literally));
  });

  it('option without value', async () => {
    const { code, out, err } = await midplane('run', office, '--cards');
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(/followed by its value, as in "--cards <slots>": got none \[usage-missing-value\]\n$/);
    const { error } = JSON.parse((await midplane('run', office, '--json', '--cards')).err);
    expect(error.code).toBe('usage-missing-value');
  });

  it('--json with --csv', async () => {
    const { code, out, err } = await midplane('run', office, '--json', '--csv');
    expect([code, out, JSON.parse(err).error.code]).toEqual([2, '', 'one-format']);
    expect(JSON.parse(err).error.message).toMatch(/one format must be chosen: got --json and --csv$/);
  });
});

describe.each(['run', 'inspect'])('capture of %s', (command) => {
  it('missing file', async () => {
    await expectRefusal([command, 'no/such.pcap'], 'no-such-file', [/file must exist: got "no\/such\.pcap"/]);
  });

  it('path with a typing mistake', async () => {
    const near = office.replace('office', 'ofice');
    await expectRefusal([command, near], 'no-such-file', [literally(`got "${near}" (nearest: ${office})`)]);
  });

  it('path through a file', async () => {
    await expectRefusal([command, `${office}/x`], 'no-such-file', [literally(`got "${office}/x"`)]);
  });

  it('directory', async () => {
    const folder = temporaryFolder();
    await expectRefusal([command, folder], 'not-a-file', [literally(`must be a file: got the directory "${folder}"`)]);
  });

  // the superuser may read everything
  if (process.getuid && process.getuid() !== 0) {
    it('file without permission', async () => {
      const file = temporaryFile('secret.pcap', '');
      chmodSync(file, 0);
      await expectRefusal([command, file], 'not-readable', [/must be readable: got EACCES/]);
    });
  }
});

it('a missing capture among several is told before the first is read', async () => {
  const { code, out, err } = await midplane('inspect', office, 'missing.pcap');
  expect([code, out]).toEqual([2, '']);
  expect(err).toMatch(/got "missing\.pcap"/);
});

describe('content that is no capture', () => {
  it.each<[string, string | Uint8Array, string, RegExp]>([
    ['empty.pcap', '', 'capture-empty', /at least a file header: got 0 bytes/],
    ['notes.txt', 'some notes\nof mine\n', 'capture-bad-magic', /like a pcap, pcapng or snoop file: got .*"some not"/],
    [
      'short.pcap',
      new Uint8Array([0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0]),
      'capture-truncated-header',
      /24 bytes: got 8 bytes/,
    ],
    [
      'broken.gz',
      new Uint8Array([0x1f, 0x8b, 8, 0, 0, 0, 0, 0]),
      'capture-bad-compression',
      /gzip data must be sound and complete: got unexpected end of file \(after 0 bytes\)/,
    ],
    [
      'broken.zst',
      new Uint8Array([0x28, 0xb5, 0x2f, 0xfd, 1, 2]),
      'capture-bad-compression',
      /zstd data must be sound and complete: got unexpected end of file \(after 0 bytes\)/,
    ],
  ])('%s', async (name, content, code, pattern) => {
    const file = join(temporaryFolder(), name);
    writeFileSync(file, content);
    await expectRefusal(['run', file], code, [pattern, literally(JSON.stringify(file))]);

    const text = await midplane('inspect', file);
    expect([text.code, text.out]).toEqual([2, '']);
    expect(text.err).toMatch(pattern);
    const json = await midplane('inspect', file, '--json');
    expect(json.code).toBe(2);
    expect(JSON.parse(json.out)).toMatchObject({
      file: name,
      status: 'error',
      error: { code },
      counts: { packets_total: 0 },
    });
    expect(JSON.parse(json.err).error.code).toBe(code);
  });
});

describe('output of traffic', () => {
  it('folder that is missing', async () => {
    await expectRefusal(['traffic', '-o', '/no/such/x.pcap'], 'no-such-folder', [/folder must exist: got "\/no\/such/]);
  });

  it('directory', async () => {
    const folder = temporaryFolder();
    await expectRefusal(['traffic', '-o', folder], 'not-a-file', [/must be a file: got the directory/]);
  });

  it.skipIf(process.platform !== 'linux')('disk that is full', async () => {
    await expectRefusal(['traffic', '--packets', '10', '-o', '/dev/full'], 'write-failed', [/got ENOSPC/]);
  });
});
