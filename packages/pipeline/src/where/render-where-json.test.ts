import { resolveChassis } from '@midplane/chassis';
import { parseFlow } from '@midplane/flow';
import { FLOW_HASHES } from '@midplane/hash';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { renderWhereJson } from './render-where-json.ts';
import { prepareWhere } from './where.ts';

const asks = [
  resolveChassis(),
  resolveChassis({ model: 'srx5600', cards: '0-3=SPC2,5=IOC2', tableLength: 256 }),
].flatMap((chassis) => [...FLOW_HASHES.values()].map((hash) => prepareWhere({ chassis, hash })));
const ports = fc.tuple(fc.nat(65_535), fc.nat(65_535), fc.constantFrom('tcp', 'udp', 'sctp'));
const flow = fc.oneof(
  fc.tuple(fc.ipV4(), fc.ipV4(), ports).map(([a, b, [x, y, name]]) => `${a}:${x} > ${b}:${y}/${name}`),
  fc.tuple(fc.ipV6(), fc.ipV6(), ports).map(([a, b, [x, y, name]]) => `[${a}]:${x} > [${b}]:${y}/${name}`),
  fc.tuple(fc.ipV4(), fc.ipV4(), fc.nat(65_535)).map(([a, b, id]) => `${a} > ${b}/icmp id=${id}`),
  fc.tuple(fc.ipV6(), fc.ipV6(), fc.nat(0xffff_ffff)).map(([a, b, spi]) => `${a} > ${b}/esp spi=${spi}`),
  fc
    .tuple(fc.ipV4(), fc.ipV4(), fc.constantFrom('gre', '0', '255', 'ospf'))
    .map(([a, b, name]) => `${a} > ${b}/${name}`),
);

it('renderWhereJson() writes what JSON.stringify() writes, of every kind of flow', () => {
  fc.assert(
    fc.property(flow, fc.constantFrom(...asks), fc.boolean(), (text, ask, fragment) => {
      const answer = ask(parseFlow(text), 0, fragment);
      expect(renderWhereJson(answer)).toBe(`${JSON.stringify(answer, null, 2)}\n`);
    }),
    { seed: 20_261_121, numRuns: 500 },
  );
});

it('renderWhereJson() writes answers that were changed as they are', () => {
  const answer = asks[0](parseFlow('192.0.2.1 > 198.51.100.2/gre'));
  const other = { ...answer, changes: answer.changes.map((each) => ({ ...each, change: 'a "quoted" one' })) };
  for (const each of [answer, other, { ...answer, changes: [answer.changes[0]] }]) {
    expect(renderWhereJson(each)).toBe(`${JSON.stringify(each, null, 2)}\n`);
  }
});
