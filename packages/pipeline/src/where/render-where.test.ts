import { resolveChassis } from '@midplane/chassis';
import { parseFlow } from '@midplane/flow';
import { findFlowHash } from '@midplane/hash';
import { expect, it } from 'vitest';
import { renderWhereText } from './render-where.ts';
import { where } from './where.ts';

const LONG = '2001:db8:1111:2222:3333:4444:5555';

function render(flow: string, fragment = false): string {
  return renderWhereText(
    where(parseFlow(flow), 0, { chassis: resolveChassis(), hash: findFlowHash('crc32c'), fragment }),
  );
}

it.each([
  ['192.0.2.1:1234 > 198.51.100.2:443/tcp', false],
  [`[${LONG}:6666]:12345 > [${LONG}:7777]:54321/udp`, false],
  [`[${LONG}:7777]:12345 > [${LONG}:6666]:54321/udp`, true],
  [`${LONG}:6666 > ${LONG}:7777/icmp6 id=7`, false],
  [`${LONG}:6666 > ${LONG}:7777/esp spi=0xdeadbeef`, false],
  [`${LONG}:6666 > ${LONG}:7777/gre`, false],
])(
  'renderWhereText() of %s (fragment: %s) stays within 100 columns but for the flow, without blanks at the end',
  (flow, fragment) => {
    const text = render(flow, fragment);
    expect(text.split('\n').filter((line) => line.length > 100 && !line.startsWith('Flow '))).toEqual([]);
    expect(text).not.toMatch(/[^\S\n]$/m);
  },
);

it('renderWhereText() has one line per field: name, value, why', () => {
  const lines = render('192.0.2.1:1234 > 198.51.100.2:443/tcp').split('\n');
  const first = lines.indexOf('1. key: layer 4, as for IPv4 TCP, UDP, SCTP') + 1;
  expect(lines.slice(first, first + 5)).toEqual([
    '   source address       192.0.2.1     every IP packet has it',
    '   destination address  198.51.100.2  every IP packet has it',
    '   source port          1234          TCP, UDP, SCTP; not in fragments',
    '   destination port     443           TCP, UDP, SCTP; not in fragments',
    '   protocol             tcp           every IP packet has it',
  ]);
});

it('renderWhereText() says when source and destination were exchanged', () => {
  expect(render('198.51.100.2:443 > 192.0.2.1:1234/tcp')).toContain('source and destination are exchanged');
  expect(render('192.0.2.1:1234 > 198.51.100.2:443/tcp')).not.toContain('exchanged');
});

it('renderWhereText() styles headings and reasons', () => {
  const answer = where(parseFlow('192.0.2.1 > 198.51.100.2/gre'), 0, {
    chassis: resolveChassis(),
    hash: findFlowHash('crc32c'),
  });
  const style = { heading: (text: string) => `<${text}>`, warning: (text: string) => text, faint: () => '~' };
  const text = renderWhereText(answer, { style });
  expect(text).toContain('<2. hash>: crc32c');
  expect(text).not.toContain('assumed: ');
});
