import { resolveChassis } from '@midplane/chassis';
import { describe, expect, it } from 'vitest';
import { deviceViewOf, OUTPUT_FORMATS, parseShow, SHOW_COMMANDS, type ShowRequest, show } from './index.ts';
import { device, session, wing } from './test-data.suite.ts';
import { elements, parseXml, textOf } from './xml.suite.ts';

// The layouts are those of output that owners of SRX5000 devices published; the numbers are ours.
describe('show security flow session', () => {
  const icmp = session({
    sessionId: '10000007',
    policy: { name: 'out', index: 14 },
    timeoutSeconds: 4,
    remainingSeconds: 2,
    application: null,
    in: wing({
      source: '2001:db8::2',
      sourcePort: 4,
      destination: '2001:db8:1::2',
      destinationPort: 8280,
      protocol: 'icmp6',
    }),
    out: wing({
      source: '2001:db8:1::2',
      sourcePort: 8280,
      destination: '2001:db8::2',
      destinationPort: 4,
      protocol: 'icmp6',
    }),
  });
  const tunnel = session({
    sessionId: '30000001',
    policy: null,
    timeoutSeconds: null,
    remainingSeconds: null,
    application: null,
    in: wing({ sourcePort: 1, destinationPort: 1, protocol: 'gre', packets: 0, bytes: 0, cpSessionId: '0' }),
    out: null,
  });
  const busy = device({ 1: { sessions: [icmp, session()] }, 3: { sessions: [tunnel] } });

  it('R-cli-1, R-cli-2, R-cli-3: text lists sessions by SPU in order of ID, without the dedicated central point', () => {
    expect(show(busy, 'show security flow session')).toBe(`Flow Sessions on FPC0 PIC1:

Session ID: 10000006, Policy name: default-permit/2, Timeout: 1798, Valid
  In: 192.0.2.2/34623 --> 198.51.100.2/443;tcp, Conn Tag: 0x0, If: xe-2/2/0.0, Pkts: 6, Bytes: 591, CP Session ID: 10000140
  Out: 198.51.100.2/443 --> 192.0.2.2/34623;tcp, Conn Tag: 0x0, If: xe-2/2/1.0, Pkts: 5, Bytes: 4010, CP Session ID: 10000140

Session ID: 10000007, Policy name: out/14, Timeout: 2, Valid
  In: 2001:db8::2/4 --> 2001:db8:1::2/8280;icmp6, Conn Tag: 0x0, If: xe-2/2/0.0, Pkts: 6, Bytes: 591, CP Session ID: 10000140
  Out: 2001:db8:1::2/8280 --> 2001:db8::2/4;icmp6, Conn Tag: 0x0, If: xe-2/2/0.0, Pkts: 6, Bytes: 591, CP Session ID: 10000140
Total sessions: 2

Flow Sessions on FPC0 PIC2:
Total sessions: 0

Flow Sessions on FPC0 PIC3:

Session ID: 30000001, Policy name: N/A, Timeout: N/A, Valid
  In: 192.0.2.2/1 --> 198.51.100.2/1;gre, Conn Tag: 0x0, If: xe-2/2/0.0, Pkts: 0, Bytes: 0, CP Session ID: 0
Total sessions: 1
`);
    expect(show(busy, 'show security flow session brief')).toBe(show(busy, 'show security flow session'));
  });

  it('text has no CP session ID where the release prints none', () => {
    const old = device({ 1: { sessions: [session({ in: wing({ cpSessionId: null }), out: null })] } });
    expect(show(old, 'show security flow session')).toContain(', Pkts: 6, Bytes: 591\nTotal sessions: 1\n');
  });

  it('extensive text has every figure that the model knows', () => {
    const one = device({ 1: { sessions: [session({ natSourcePool: 'pool-1' })] } });
    expect(show(one, 'show security flow session extensive').split('\n\nFlow')[0]).toBe(`Flow Sessions on FPC0 PIC1:

Session ID: 10000006, Status: Normal
Policy name: default-permit/2
Source NAT pool: pool-1, Application: junos-https
Maximum timeout: 1800, Current timeout: 1798
Session State: Valid
Start time: 12, Duration: 2
   In: 192.0.2.2/34623 --> 198.51.100.2/443;tcp,${' '}
  Conn Tag: 0x0, Interface: xe-2/2/0.0,${' '}
    Pkts: 6, Bytes: 591
    CP Session ID: 10000140
   Out: 198.51.100.2/443 --> 192.0.2.2/34623;tcp,${' '}
  Conn Tag: 0x0, Interface: xe-2/2/1.0,${' '}
    Pkts: 5, Bytes: 4010
    CP Session ID: 10000140
Total sessions: 1`);
  });

  it('XML has the published names, in the published order', () => {
    const one = device({ 1: { sessions: [session({ policy: { name: 'a<b>&"c', index: 4 }, out: null })] } });
    expect(
      show(one, 'show security flow session', 'xml').split('\n').slice(0, 34).join('\n'),
    ).toBe(`<rpc-reply xmlns:junos="http://xml.juniper.net/junos/17.4R1/junos">
    <flow-session-information xmlns="http://xml.juniper.net/junos/17.4R1/junos-flow">
        <flow-fpc-pic-id> on FPC0 PIC1:</flow-fpc-pic-id>
        <flow-session junos:style="brief">
            <session-identifier>10000006</session-identifier>
            <status>Normal</status>
            <policy>a&lt;b&gt;&amp;&quot;c/4</policy>
            <nat-source-pool-name>Null</nat-source-pool-name>
            <application-name>junos-https</application-name>
            <configured-timeout>1800</configured-timeout>
            <timeout>1798</timeout>
            <sess-state>Valid</sess-state>
            <start-time>12</start-time>
            <duration>2</duration>
            <flow-information junos:style="brief">
                <direction>In</direction>
                <source-address>192.0.2.2</source-address>
                <source-port>34623</source-port>
                <destination-address>198.51.100.2</destination-address>
                <destination-port>443</destination-port>
                <protocol>tcp</protocol>
                <conn-tag>0x0</conn-tag>
                <interface-name>xe-2/2/0.0</interface-name>
                <pkt-cnt>6</pkt-cnt>
                <byte-cnt>591</byte-cnt>
                <dcp-session-id>10000140</dcp-session-id>
            </flow-information>
        </flow-session>
        <displayed-session-count>1</displayed-session-count>
    </flow-session-information>
    <flow-session-information xmlns="http://xml.juniper.net/junos/17.4R1/junos-flow">
        <flow-fpc-pic-id> on FPC0 PIC2:</flow-fpc-pic-id>
        <displayed-session-count>0</displayed-session-count>
    </flow-session-information>`);
  });

  it('R-cli-7: JSON has session IDs as decimal strings, also above 2^53', () => {
    const id = '18446744073709551615';
    const one = device({ 1: { sessions: [session({ sessionId: id })] } });
    const [spu] = JSON.parse(show(one, 'show security flow session', 'json'))['flow-session-information'];
    expect(spu.attributes).toEqual({ xmlns: 'http://xml.juniper.net/junos/17.4R1/junos-flow' });
    expect(spu['flow-session'][0].attributes).toEqual({ 'junos:style': 'brief' });
    expect(spu['flow-session'][0]['session-identifier']).toEqual([{ data: id }]);
    expect(spu['displayed-session-count']).toEqual([{ data: '1' }]);
  });

  it('JSON has the layout of the box', () => {
    expect(show(device(), 'show security flow session', 'json').split('\n').slice(0, 15).join('\n')).toBe(`{
    "flow-session-information" : [
    {
        "attributes" : {"xmlns" : "http://xml.juniper.net/junos/17.4R1/junos-flow"},
        "flow-fpc-pic-id" : [
        {
            "data" : " on FPC0 PIC1:"
        }
        ],
        "displayed-session-count" : [
        {
            "data" : "0"
        }
        ]
    },`);
  });

  it('R-cli-6: only sessions that match every filter are listed and counted', () => {
    const text = show(busy, 'show security flow session protocol tcp destination-port 443');
    expect(text.match(/Session ID: \d+,/g)).toEqual(['Session ID: 10000006,']);
    expect(text.match(/Total sessions: \d+/g)).toEqual([1, 0, 0].map((n) => `Total sessions: ${n}`));
    expect(show(busy, 'show security flow session protocol tcp destination-port 80')).not.toContain('Session ID: ');
  });

  it('an SPU that is down is left out', () => {
    expect(show(device({ 2: { online: false } }), 'show security flow session')).not.toContain('PIC2');
  });
});

describe('summaries', () => {
  const flow = {
    unicast: 4,
    multicast: 1,
    failed: 7,
    valid: 5,
    pending: 3,
    invalidated: 2,
    other: 1,
    maximum: 6_291_456,
  };

  it('R-cli-4: text of the flow session summary', () => {
    const text = show(device({ 1: { flow } }), 'show security flow session summary');
    expect(text.slice(0, text.indexOf('PIC3'))).toBe(`Flow Sessions on FPC0 PIC1:
Unicast-sessions: 4
Multicast-sessions: 1
Failed-sessions: 7
Sessions-in-use: 11
  Valid sessions: 5
  Pending sessions: 3
  Invalidated sessions: 2
  Sessions in other states: 1
Maximum-sessions: 6291456

Flow Sessions on FPC0 PIC2:
Unicast-sessions: 0
Multicast-sessions: 0
Failed-sessions: 0
Sessions-in-use: 0
  Valid sessions: 0
  Pending sessions: 0
  Invalidated sessions: 0
  Sessions in other states: 0
Maximum-sessions: 6291456

Flow Sessions on FPC0 `);
  });

  it('XML of the flow session summary has the published names', () => {
    const reply = parseXml(show(device({ 1: { flow } }), 'show security flow session summary', 'xml'));
    const [summary] = elements(reply, 'flow-session-summary-information');
    expect(summary.children.map(({ name, text }) => `${name} ${text.trim()}`)).toEqual([
      'flow-fpc-pic-id on FPC0 PIC1:',
      'active-unicast-sessions 4',
      'active-multicast-sessions 1',
      'failed-sessions 7',
      'active-sessions 11',
      'active-session-valid 5',
      'active-session-pending 3',
      'active-session-invalidated 2',
      'active-session-other 1',
      'max-sessions 6291456',
    ]);
  });

  it('R-cli-6: the summary of a filter counts the sessions that match, by state', () => {
    const sessions = [
      session(),
      session({ sessionId: '10000008', state: 'pending' }),
      session({ in: wing({ protocol: 'udp' }) }),
    ];
    const text = show(device({ 1: { sessions } }), 'show security flow session summary protocol tcp');
    expect(text.slice(0, text.indexOf('\n\n'))).toBe(`Flow Sessions on FPC0 PIC1:
Valid sessions: 1
Pending sessions: 1
Invalidated sessions: 0
Sessions in other states: 0
Total sessions: 2`);
  });

  it('R-cli-5: text of the central point summary, with a dedicated central point at 0 of 0', () => {
    const cp = { valid: 40, pending: 1, invalidated: 2, other: 0 };
    const text = show(device({ 1: { cp } }), 'show security flow cp-session summary');
    expect(text.slice(0, text.indexOf('PIC2'))).toBe(`DCP Flow Sessions on FPC0 PIC0:
  Valid sessions: 0
  Pending sessions: 0
  Invalidated sessions: 0
  Sessions in other states: 0
  Total sessions: 0
  Maximum sessions: 0
  Maximum inet6 sessions: 0

DCP Flow Sessions on FPC0 PIC1:
  Valid sessions: 40
  Pending sessions: 1
  Invalidated sessions: 2
  Sessions in other states: 0
  Total sessions: 43
  Maximum sessions: 7549747
  Maximum inet6 sessions: 7549747

DCP Flow Sessions on FPC0 `);
  });

  it('before the central point was distributed only its own SPU has such sessions', () => {
    const old = deviceViewOf(resolveChassis({ release: '12.1X44-D10', cards: '0=SPC1,1=SPC1,2=IOC1' }));
    expect(show(old, 'show security flow cp-session summary').match(/FPC.*:/g)).toEqual(['FPC0 PIC0:']);
  });
});

describe('show security monitoring', () => {
  const loaded = device(
    {
      1: {
        cpuPercent: 98,
        memoryPercent: 51,
        flow: { valid: 100, invalidated: 9, ipv4: 108, ipv6: 1 },
        cp: { valid: 120 },
        cpuHistory: [98, 97, 100, 5],
      },
    },
    { sessionsPerSecond: { total: 14, ipv4: 12, ipv6: 2 } },
  );

  it('R-cli-9: text has a column of 14 for each count, and their sums', () => {
    expect(
      show(loaded, 'show security monitoring'),
    ).toBe(`                  Flow session   Flow session     CP session     CP session
FPC PIC CPU Mem        current        maximum        current        maximum
  0   0   0   0              0              0              0              0
  0   1  98  51            109        6291456            120        7549747
  0   2   0   0              0        6291456              0        7549747
  0   3   0   0              0        6291456              0        7549747
Total Sessions:            109       18874368            120       22649241
`);
  });

  it('XML has the published names', () => {
    const reply = parseXml(show(loaded, 'show security monitoring', 'xml'));
    expect(elements(reply, 'performance-summary-information')).toHaveLength(1);
    const spu = elements(reply, 'performance-summary-statistics')[1];
    expect(spu.children.map(({ name, text }) => `${name} ${text}`)).toEqual([
      'fpc-number 0',
      'pic-number 1',
      'spu-cpu-utilization 98',
      'spu-memory-utilization 51',
      'spu-current-flow-session 109',
      'spu-max-flow-session 6291456',
      'spu-current-cp-session 120',
      'spu-max-cp-session 7549747',
    ]);
  });

  it('fpc N shows the SPUs of one card and the rates', () => {
    const text = show(loaded, 'show security monitoring fpc 0');
    const pic1 = text.indexOf('  PIC 1');
    expect(text.slice(0, 6)).toBe('FPC 0\n');
    expect(text.slice(pic1, text.indexOf('  PIC 2'))).toBe(`  PIC 1
    CPU utilization          :   98 %
    Memory utilization       :   51 %
    Current flow session     :  109
    Current flow session IPv4:  108
    Current flow session IPv6:    1
    Max flow session         : 6291456
`);
    expect(
      text.slice(text.indexOf('Total')),
    ).toBe(`Total Session Creation Per Second (for last 96 seconds on average):   14
IPv4  Session Creation Per Second (for last 96 seconds on average):   12
IPv6  Session Creation Per Second (for last 96 seconds on average):    2
`);
    expect(() => show(loaded, 'show security monitoring fpc 2')).toThrow(
      new RangeError('Cannot render output: FPC must be one with SPUs (0): got 2'),
    );
  });

  it('R-cli-10: performance spu shows 60 seconds in ten rows of six, newest first', () => {
    const text = show(loaded, 'show security monitoring performance spu');
    const lines = text.slice(text.indexOf('fpc  0  pic  1')).split('\n').slice(0, 12);
    expect(lines[1]).toBe('Last 60 seconds:');
    expect(lines[2]).toBe(' 0:  98    1:  97    2: 100    3:   5    4:   0    5:   0');
    expect(lines[11]).toBe('54:   0   55:   0   56:   0   57:   0   58:   0   59:   0');
    const reply = parseXml(show(loaded, 'show security monitoring performance spu', 'xml'));
    // Parsers of that element take the second word of its third line.
    expect(elements(reply, 'performance-info')[1].text.split('\n')[2].trim().split(/\s+/)[1]).toBe('98');
  });
});

describe('show security flow status', () => {
  const status = (own: object) => device({}, { flowStatus: { ...device().flowStatus, ...own } });

  it('R-cli-8: text has the published lines', () => {
    const rr = status({ distribution: 'rr-based', ordering: { running: 'hardware', configured: 'software' } });
    expect(show(rr, 'show security flow status')).toBe(`  Flow forwarding mode:
    Inet forwarding mode: flow based
    Inet6 forwarding mode: drop
    MPLS forwarding mode: drop
    ISO forwarding mode: drop
  Flow trace status
    Flow tracing status: off
  Flow session distribution
    Distribution mode: RR-based
  Flow packet ordering
    Ordering mode: Hardware (reboot needed to change to Software)
`);
  });

  it('tells of each mode what the next reboot changes', () => {
    const waiting = status({
      distribution: 'hash-based',
      afterReboot: { inet6: 'flow based', distribution: 'rr-based' },
    });
    const text = show(waiting, 'show security flow status');
    expect(text).toContain('    Inet6 forwarding mode: drop (reboot needed to change to flow based)\n');
    expect(text).toContain('    Distribution mode: Hash-based (reboot needed to change to RR-based)\n');
    expect(show(waiting, 'show security forwarding-process')).toContain(
      'Hash-based (reboot needed to change to RR-based)',
    );
  });

  it('XML has the published names', () => {
    const reply = parseXml(
      show(status({ ordering: { running: 'software', configured: 'software' } }), 'show security flow status', 'xml'),
    );
    const [all] = elements(reply, 'flow-status-all');
    expect(all.children.map(({ name }) => name)).toEqual([
      'flow-forwarding-mode',
      'flow-trace-option',
      'flow-session-distribution',
      'flow-packet-ordering',
    ]);
    expect([textOf(all, 'mode'), textOf(all, 'ordering-mode')]).toEqual(['Hash-based', 'Software']);
  });
});

describe('show chassis fpc pic-status', () => {
  it('R-cli-11: text has slots, PICs and what they are', () => {
    expect(show(device(), 'show chassis fpc pic-status')).toBe(`Slot 0   Online       SRX5k SPC II
  PIC 0  Online       SPU Cp
  PIC 1  Online       SPU Flow
  PIC 2  Online       SPU Flow
  PIC 3  Online       SPU Flow
Slot 2   Online       SRX5k IOC II
  PIC 0  Online       10x 10GE SFP+- np-cache
`);
  });
});

describe('cluster (R-cluster-4)', () => {
  const nodes = [
    device({}, { node: 0 }),
    device({ 1: { sessions: [session({ clusterState: 'backup' })] } }, { node: 1 }),
  ];

  it('text heads each node with its name and 74 dashes', () => {
    const text = show(nodes, 'show security flow session');
    expect(text.startsWith(`node0:\n${'-'.repeat(74)}\nFlow Sessions on FPC0 PIC1:\n`)).toBe(true);
    expect(text).toContain(
      `Total sessions: 0\n\nnode1:\n${'-'.repeat(74)}\nFlow Sessions on FPC0 PIC1:\n\nSession ID: `,
    );
    expect(text).toContain('Policy name: default-permit/2, State: Backup, Timeout: 1798, Valid\n');
  });

  it('XML wraps each node', () => {
    const reply = parseXml(show(nodes, 'show security flow session', 'xml'));
    const items = elements(reply, 'multi-routing-engine-item');
    expect(items.map((item) => textOf(item, 're-name'))).toEqual(['node0', 'node1']);
    expect(textOf(items[1], 'session-state')).toBe('Backup');
    expect(textOf(reply, 'banner')).toBe('{primary:node0}');
  });

  it('node N shows that node alone', () => {
    const text = show(nodes, 'show security monitoring node 1');
    expect(text.startsWith('node1:\n')).toBe(true);
    expect(text).not.toContain('node0:');
    expect(() => show(device(), 'show security monitoring node 1')).toThrow(
      new RangeError('Cannot render output: node must be one of the device (none without a cluster): got 1'),
    );
  });
});

describe('parseShow()', () => {
  it.each<[string, ShowRequest]>([
    ['show security flow session', { command: 'show security flow session' }],
    ['  show  security flow session summary ', { command: 'show security flow session', level: 'summary' }],
    [
      'show security flow session extensive source-port 53 node 1 interface summary',
      {
        command: 'show security flow session',
        level: 'extensive',
        node: 1,
        filter: { sourcePort: 53, interface: 'summary.0' },
      },
    ],
    ['show security monitoring fpc 11', { command: 'show security monitoring fpc', fpc: 11 }],
    ['show security monitoring', { command: 'show security monitoring' }],
    ['show security monitoring performance spu', { command: 'show security monitoring performance spu' }],
    ['show security flow cp-session summary node 0', { command: 'show security flow cp-session summary', node: 0 }],
  ])('reads %j', (text, expected) => {
    expect(parseShow(text)).toEqual(expected);
    expect(parseShow(text.trim().split(/\s+/))).toEqual(expected);
  });

  it.each([
    ['', SyntaxError, 'it must begin with one of show security flow session; '],
    ['show interfaces', SyntaxError, 'got "show interfaces"'],
    ['show security monitoring fpc', SyntaxError, 'fpc must be followed by a number from 0 to 11: got nothing'],
    ['show security monitoring fpc x', SyntaxError, 'fpc must be followed by a number from 0 to 11: got "x"'],
    ['show security monitoring fpc 12', RangeError, 'fpc must be from 0 to 11: got 12'],
    ['show security monitoring node 2', RangeError, 'node must be from 0 to 1: got 2'],
    ['show security flow status brief', SyntaxError, 'the command must end here or name a node: got "brief"'],
    ['show security flow session brief summary', SyntaxError, 'must be given at most once: got "summary"'],
    ['show security flow session protocol', SyntaxError, 'protocol must be followed by a number from 0 to 255 or'],
  ])('refuses %j', (text, kind, message) => {
    expect(() => parseShow(text)).toThrow(kind);
    expect(() => parseShow(text)).toThrow(message);
  });

  it('every command renders in every form, on an idle box', () => {
    for (const { name } of SHOW_COMMANDS) {
      const command = name.endsWith('fpc') ? `${name} 0` : name;
      for (const format of OUTPUT_FORMATS) expect(show(device(), command, format)).toMatch(/\S\n$/);
    }
  });

  it('show() throws for an unknown form, an unknown command and no view', () => {
    expect(() => show(device(), 'show security monitoring', 'yaml' as never)).toThrow(
      new RangeError('Cannot render output: format must be one of text, xml, json: got "yaml"'),
    );
    expect(() => show(device(), { command: 'show interfaces' as never })).toThrow(
      /command must be one of .*: got "show interfaces"/,
    );
    expect(() => show([], 'show security monitoring')).toThrow(RangeError);
  });
});
