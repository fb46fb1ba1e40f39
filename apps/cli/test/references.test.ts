import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { InspectionResult, Report } from '@midplane/pipeline';
import { describe, expect, it } from 'vitest';
import { midplane } from './_midplane.ts';

// Captures that others made, each with a reference `X.json` that two decoders agree on.
const directory = process.env['MIDPLANE_CAPTURES'] || undefined;
if (directory === undefined) {
  if (process.env['MIDPLANE_REQUIRE_TOOLS'] === '1')
    throw new Error('MIDPLANE_CAPTURES must name the folder of captures');
  console.warn('SKIPPED: inspect and run on reference captures (set MIDPLANE_CAPTURES to their folder)');
}

interface Reference {
  id: string;
  class: 'regular' | 'derived' | 'hostile' | 'unsupported_linktype';
  status: string;
  accept_status?: string[];
  accept_packets_total?: number[];
  counts: Record<string, unknown>;
  flows?: Record<string, number>;
  community_id?: Record<string, unknown>;
}

const captures: [string, string, Reference][] =
  directory === undefined
    ? []
    : globSync(['*.json', 'hostile/*.json'], { cwd: directory })
        .sort()
        .map((name) => join(directory, name.slice(0, -'.json'.length)))
        .filter((file) => existsSync(file))
        .map((file) => [file.slice(directory.length + 1), file, JSON.parse(readFileSync(`${file}.json`, 'utf8'))]);

/** The members of a value that the reference has, too. */
function pick(value: object | undefined, like: object): object {
  return Object.fromEntries(
    Object.keys(like).map((key) => [key, (value as Record<string, unknown> | undefined)?.[key]]),
  );
}

describe.skipIf(directory === undefined)('captures of others', () => {
  it('are there', () => {
    expect(captures.length).toBeGreaterThan(0);
  });

  it.each(captures)('inspect counts %s like its reference', async (_, file, reference) => {
    const { code, out, err } = await midplane('inspect', '--json', '--community-id', file);
    const result = JSON.parse(out) as InspectionResult & { id: string; status: string };
    expect(result.id).toBe(reference.id);
    expect(reference.accept_status ?? [reference.status]).toContain(result.status);
    expect(code).toBe(result.status === 'ok' ? 0 : 2);
    expect(err === '').toBe(result.status === 'ok');
    if (reference.accept_packets_total) expect(reference.accept_packets_total).toContain(result.counts.packets_total);
    expect(pick(result.counts, reference.counts)).toEqual(reference.counts);
    expect(pick(result.flows, reference.flows ?? {})).toEqual(reference.flows ?? {});
    expect(pick(result.community_id, reference.community_id ?? {})).toEqual(reference.community_id ?? {});
  });

  it.each(captures)('run accounts for every packet of %s in the older regimes, too', async (_, file) => {
    const older = [
      ['--release', '15.1X49-D10'],
      ['--release', '12.3X48-D10', '--cards', '1=SPC1,2=SPC2,7=IOC1', '--distribution', 'adaptive'],
    ];
    const newest = await midplane('run', '--json', file);
    for (const options of older) {
      const { code, out } = await midplane('run', '--json', file, ...options);
      expect([code, out === '']).toEqual([newest.code, newest.out === '']);
      if (out !== '') expectSound(JSON.parse(out) as Report, (JSON.parse(newest.out) as Report).input.packets);
    }
  });

  it.each(captures)('run accounts for every packet of %s', async (_, file, reference) => {
    const inspected = JSON.parse((await midplane('inspect', '--json', file)).out);
    const { code, out, err } = await midplane('run', '--json', file);
    const { packets_total: packets } = inspected.counts;
    const sound = inspected.status === 'ok';
    expect(code).toBe(sound ? 0 : 2);
    expect(err === '').toBe(sound);
    if (!sound) expect(JSON.parse(err).error.code).toBe(inspected.error.code);
    if (inspected.status === 'unsupported' || (!sound && packets === 0)) {
      expect(out).toBe('');
      return;
    }
    expectSound(JSON.parse(out) as Report, packets);
    if (reference.class !== 'hostile') expect(packets).toBe(reference.counts['packets_total']);
  });
});

/** Checks that nothing is lost between the offered packets and the figures of the units. */
function expectSound({ totals, input, spus, drops }: Report, packets: number): void {
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
  expect([totals.offered, input.packets]).toEqual([packets, packets]);
  expect(totals.delivered + totals.toRe + totals.dropped + totals.remaining).toBe(totals.offered);
  expect(totals.remaining).toBe(0);
  expect(input.ipv4 + input.ipv6 + input.nonIp + input.malformed).toBe(packets);
  expect(sum(drops.map((drop) => drop.packets))).toBe(totals.dropped);
  expect(sum(spus.map((spu) => spu.delivered))).toBe(totals.delivered);
  for (const spu of spus) {
    const dropped = sum(spu.drops.map((drop) => drop.packets));
    expect(spu.delivered + dropped + spu.handedOver, spu.name).toBe(spu.packets);
    const { created, agedOut, replaced, current, invalidated } = spu.sessions;
    expect(agedOut + replaced + current - invalidated, spu.name).toBe(created);
  }
}
