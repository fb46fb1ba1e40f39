/*
 * How uneven is the table itself? `docs/evenness.md` holds the tables that this test makes, and it fails when they differ.
 */
import { readFileSync } from 'node:fs';
import type { SpuId } from '@midplane/spu-id';
import { describe, expect, it } from 'vitest';
import { buildDistributionTable, type Evenness, evenness, type SpuWeight } from './index.ts';

const LENGTHS = [256, 65_536];
/** Flow SPUs of a chassis with one SPC2 to a full one. */
const SPUS = Array.from({ length: 42 }, (_, i) => i + 3);

interface RowFigures extends Evenness {
  readonly rows: readonly number[];
}

function figuresOf(weights: readonly number[], length: number): RowFigures {
  const table = buildDistributionTable(
    weights.map((weight, spuId): SpuWeight => ({ spuId: spuId as SpuId, weight })),
    length,
  );
  const rows = weights.map(() => 0);
  for (const spuId of table) rows[spuId]++;
  return { rows, ...evenness(rows, weights) };
}

/** Least and most loaded SPU against the mean load, and Jain index. */
function cells({ rows, maxOverMean, jain }: RowFigures, weights: readonly number[], length: number): string[] {
  const sum = weights.reduce((total, weight) => total + weight, 0);
  const loads = rows.map((count, i) => (count * sum) / (weights[i] * length));
  return [Math.min(...loads).toFixed(4), (maxOverMean as number).toFixed(4), (jain as number).toFixed(6)];
}

function markdown(head: readonly string[], body: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...body].map((row) => `| ${row.join(' | ')} |`).join('\n');
}

const COLUMNS = ['min/mean', 'max/mean', 'Jain'];
const HEAD = ['rows per SPU', ...COLUMNS, 'rows per SPU, 65,536', ...COLUMNS];
HEAD[0] = 'rows per SPU, 256';

function tableOfEqualSpus(): string {
  const body = SPUS.map((spus) => {
    const weights = new Array<number>(spus).fill(1);
    const columns = LENGTHS.flatMap((length) => [
      (length / spus).toFixed(3),
      ...cells(figuresOf(weights, length), weights, length),
    ]);
    return [String(spus), ...columns];
  });
  return markdown(['SPUs', ...HEAD], body);
}

/** SPC1 beside SPC2 with a central point on an SPC1: weights 1 and 6 times 1,048,576. */
const MIXES: readonly [string, number[]][] = [
  ['1 SPC1, 1 SPC2', [1, 6, 6, 6, 6]],
  ['2 SPC1, 2 SPC2', [1, 1, 1, ...new Array<number>(8).fill(6)]],
  ['2 SPC1, 4 SPC2', [1, 1, 1, ...new Array<number>(16).fill(6)]],
  ['1 SPC1, 10 SPC2', [1, ...new Array<number>(40).fill(6)]],
];

function tableOfMixedCards(): string {
  const body = MIXES.map(([name, weights]) => [
    name,
    ...LENGTHS.flatMap((length) => {
      const figures = figuresOf(weights, length);
      const counts = [...new Set(figures.rows)].sort((a, b) => a - b);
      return [counts.join(', '), ...cells(figures, weights, length)];
    }),
  ]);
  return markdown(['cards', ...HEAD], body);
}

const page = readFileSync(new URL('../../../docs/evenness.md', import.meta.url), 'utf8');

describe('docs/evenness.md', () => {
  it('R-hash-13, R-hash-14: holds the table of equal SPUs', () => {
    expect(page).toContain(tableOfEqualSpus());
  });

  it('R-w-3: holds the table of mixed cards', () => {
    expect(page).toContain(tableOfMixedCards());
  });
});

describe('3 to 44 equal SPUs', () => {
  it.each(LENGTHS)('R-w-3: %i rows: the most loaded SPU has ceil(rows / SPUs), so max / mean is known', (length) => {
    for (const spus of SPUS) {
      const { rows, maxOverMean } = figuresOf(new Array<number>(spus).fill(1), length);
      expect(Math.max(...rows)).toBe(Math.ceil(length / spus));
      expect(Math.min(...rows)).toBe(Math.floor(length / spus));
      expect(maxOverMean).toBeCloseTo((Math.ceil(length / spus) * spus) / length, 12);
    }
  });

  it('R-hash-13: the longer table is never less even, and within 0.1 % where the shorter one is up to 15 % off', () => {
    const worst = LENGTHS.map((length) => {
      const figures = SPUS.map((spus) => figuresOf(new Array<number>(spus).fill(1), length).maxOverMean as number);
      const most = Math.max(...figures);
      return [SPUS[figures.indexOf(most)], most.toFixed(4)];
    });
    expect(worst).toEqual([
      [42, '1.1484'],
      [43, '1.0006'],
    ]);
    for (const spus of SPUS) {
      const weights = new Array<number>(spus).fill(1);
      const [short, long] = LENGTHS.map((length) => figuresOf(weights, length));
      expect(long.maxOverMean as number).toBeLessThanOrEqual((short.maxOverMean as number) + 1e-12);
      expect(long.jain as number).toBeGreaterThanOrEqual((short.jain as number) - 1e-12);
    }
  });
});
