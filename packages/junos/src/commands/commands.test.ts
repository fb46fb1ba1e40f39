import { describe, expect, it } from 'vitest';
import { type DeviceView, SHOW_COMMANDS, show } from '../index.ts';
import { device, session } from '../test-data.suite.ts';

const busy = (own: Partial<DeviceView> = {}) =>
  device(
    {
      1: {
        flow: { valid: 63, unicast: 63, invalidated: 2 },
        packets: { forwarded: 2202, dropped: 27, fragments: 5 },
        cpuHistory: [98, 7],
        sessionRateHistory: [12, 0, 100],
      },
      2: { flow: { valid: 1 }, packets: { forwarded: 10, dropped: 0, fragments: 0 } },
    },
    { hostName: 'edge', nowNs: 200e9, bootedNs: 20e9, configuredNs: 140e9, ...own },
  );

/** Names of the elements, in order, each once. */
const elements = (command: string, view = busy()): string[] => [
  ...new Set([...show(view, command, 'xml').matchAll(/<([a-z][\w-]*)/g)].map(([, name]) => name)),
];

describe('text, spacing exact', () => {
  it('show security flow statistics', () => {
    expect(show(busy(), 'show security flow statistics')).toBe(`Flow Statistics of FPC0 PIC1:
    Current sessions: 63
    Packets forwarded: 2202
    Packets dropped: 27
    Fragment packets: 5

Flow Statistics of FPC0 PIC2:
    Current sessions: 1
    Packets forwarded: 10
    Packets dropped: 0
    Fragment packets: 0

Flow Statistics of FPC0 PIC3:
    Current sessions: 0
    Packets forwarded: 0
    Packets dropped: 0
    Fragment packets: 0

Flow Statistics Summary:
    System total valid sessions: 64
    Packets forwarded: 2212
    Packets dropped: 27
    Fragment packets: 5
`);
  });

  it('show security flow cp-session', () => {
    const { in: first, out } = session();
    const record = { cpSessionId: '10000141', ownerSpuId: 1, state: 'valid', in: first, out } as const;
    const pointer = { cpSessionId: '10000140', ownerSpuId: 3, state: 'pending', in: null, out } as const;
    const view = device({ 1: { cpSessions: [record, pointer] } });
    expect(
      show(view, 'show security flow cp-session').split('\n\nDCP Flow Sessions on FPC0 PIC2:')[0],
    ).toBe(`DCP Flow Sessions on FPC0 PIC0:
Total sessions: 0

DCP Flow Sessions on FPC0 PIC1:

Session ID: 10000140, SPU: FPC0 PIC3, Pending
  Out: 198.51.100.2/443 --> 192.0.2.2/34623;tcp

Session ID: 10000141, SPU: FPC0 PIC1, Valid
  In: 192.0.2.2/34623 --> 198.51.100.2/443;tcp
  Out: 198.51.100.2/443 --> 192.0.2.2/34623;tcp
Total sessions: 2`);
  });

  it('show security monitoring performance session', () => {
    const text = show(busy(), 'show security monitoring performance session');
    expect(text.split('\n').slice(11, 16)).toEqual([
      '54:   0   55:   0   56:   0   57:   0   58:   0   59:   0',
      'fpc  0  pic  1',
      'Last 60 seconds:',
      ' 0:  12    1:   0    2: 100    3:   0    4:   0    5:   0',
      ' 6:   0    7:   0    8:   0    9:   0   10:   0   11:   0',
    ]);
  });

  it('show security forwarding-process', () => {
    const flowStatus = { ...busy().flowStatus, ordering: { running: 'hardware', configured: 'software' } } as const;
    expect(show(busy({ flowStatus }), 'show security forwarding-process')).toBe(
      '  Flow session distribution\n    Distribution mode: Hash-based\n' +
        '  Flow packet ordering\n    Ordering mode: Hardware (reboot needed to change to Software)\n',
    );
  });

  it('R-cli-12: show chassis hardware, and its models', () => {
    expect(show(busy(), 'show chassis hardware')).toBe(`Hardware inventory:
Item             Version  Part number  Serial number     Description
Chassis                                                  SRX5600
FPC 0                                                    SRX5k SPC II
  PIC 0                   BUILTIN      BUILTIN           SPU Cp
  PIC 1                   BUILTIN      BUILTIN           SPU Flow
  PIC 2                   BUILTIN      BUILTIN           SPU Flow
  PIC 3                   BUILTIN      BUILTIN           SPU Flow
FPC 2                                                    SRX5k IOC II
  PIC 0                   BUILTIN      BUILTIN           10x 10GE SFP+
`);
    expect(show(busy(), 'show chassis hardware models')).toBe(`Hardware inventory:
Item             Version  Part number  Serial number     FRU model number
FPC 0                                                    SRX5K-SPC-4-15-320
FPC 2                                                    SRX5K-MPC
`);
  });

  it('show chassis alarms', () => {
    expect(show(busy(), 'show chassis alarms')).toBe('No alarms currently active\n');
    const alarms: DeviceView['alarms'] = [
      { raisedNs: 61e9, class: 'Minor', description: 'CP/Flow session table full' },
      { raisedNs: 62.9e9, class: 'Major', description: 'FPC 2 failed' },
    ];
    expect(show(busy({ alarms }), 'show chassis alarms')).toBe(`2 alarms currently active
Alarm time               Class  Description
2026-01-01 00:01:01 UTC  Minor  CP/Flow session table full
2026-01-01 00:01:02 UTC  Major  FPC 2 failed
`);
  });

  it.each([
    [{}, '2026-01-01 00:03:20 UTC', '(00:03:00 ago)'],
    [{ epochSeconds: 0, nowNs: 90_020e9 }, '1970-01-02 01:00:20 UTC', '(1d 01:00 ago)'],
    [{ nowNs: (9 * 86_400 + 3620) * 1e9 }, '2026-01-10 01:00:20 UTC', '(1w2d 01:00 ago)'],
    [{ nowNs: Number.MAX_SAFE_INTEGER }, '2026-04-15 05:59:59 UTC', '(14w6d 05:59 ago)'],
  ])('show system uptime: %j', (own, now, ago) => {
    const [current, booted, protocols, configured] = show(busy(own), 'show system uptime').split('\n');
    expect(current).toBe(`Current time: ${now}`);
    expect(booted).toContain(`00:00:20 UTC ${ago}`);
    expect(protocols).toBe(booted.replace('System booted', 'Protocols started'));
    expect(configured).toMatch(/^Last configured: .* 00:02:20 UTC \(.* ago\) by user$/);
  });

  it('R-cfg-13: show system commit, with comments', () => {
    const commits = [
      { committedNs: 60e9, comment: 'more policies' },
      { committedNs: 0, comment: null },
    ];
    expect(show(busy({ commits }), 'show system commit')).toBe(
      '0   2026-01-01 00:01:00 UTC by user via cli\n    more policies\n1   2026-01-01 00:00:00 UTC by user via cli\n',
    );
  });

  it('show version, with the line of newer releases', () => {
    expect(show(busy(), 'show version')).toBe(
      'Hostname: edge\nModel: srx5600\nJunos: 17.4R1\nJUNOS Software Release [17.4R1]\n',
    );
    expect(show(busy({ release: '12.1X44-D10' }), 'show version')).toBe(
      'Hostname: edge\nModel: srx5600\nJUNOS Software Release [12.1X44-D10]\n',
    );
  });
});

describe('names of XML elements (R-cli-13)', () => {
  it.each([
    [
      'show security flow statistics',
      'flow-statistics-all flow-spu-id flow-session-count-valid flow-pkt-count-fwd flow-pkt-count-drop flow-frag-count-fwd',
    ],
    [
      'show security monitoring performance session',
      'performance-session-information performance-session-statistics fpc-number pic-number performance-info',
    ],
    [
      'show security forwarding-process',
      'forwarding-process-information flow-session-distribution mode flow-packet-ordering ordering-mode',
    ],
    [
      'show chassis hardware',
      'chassis-inventory chassis name description chassis-module model-number chassis-sub-module part-number serial-number',
    ],
    ['show chassis hardware models', 'chassis-inventory chassis name chassis-module model-number'],
    ['show chassis alarms', 'alarm-information alarm-summary no-active-alarms'],
    [
      'show system uptime',
      'system-uptime-information current-time date-time system-booted-time time-length protocols-started-time last-configured-time',
    ],
    ['show system commit', 'commit-information commit-history sequence-number date-time user client'],
    [
      'show version',
      'software-information host-name product-model product-name junos-version package-information name comment',
    ],
  ])('%s', (command, names) => {
    expect(elements(command)).toEqual(['rpc-reply', ...names.split(' '), 'cli', 'banner']);
  });

  it('every command has text, XML and JSON', () => {
    for (const { name } of SHOW_COMMANDS) {
      const command = name === 'show security monitoring fpc' ? `${name} 0` : name;
      expect(show(busy(), command)).toMatch(/\n$/);
      expect(show(busy(), command, 'xml')).toMatch(/^<rpc-reply [\s\S]*<\/rpc-reply>\n$/);
      expect(Object.keys(JSON.parse(show(busy(), command, 'json')))).toHaveLength(1);
    }
  });
});
