import type { FidelityMark } from '@midplane/chassis';
import { formatDuration, nsPer } from './duration.ts';
import { formatCount } from './text-table.ts';

/** A value that the result depends on and that no document gives. */
export interface ReportAssumption {
  /** Name, such as `udpTimeoutS`. */
  readonly parameter: string;
  /** Exact value. */
  readonly value: number | string;
  /** Unit of the value, such as `s`, where it is a number that has one. */
  readonly unit?: string;
  /** How the value is known. */
  readonly mark: FidelityMark;
  /** What it is, or why this value. */
  readonly why: string;
}

/** Words of parameter names that are not written like others. */
const SPELLING: Readonly<Record<string, string>> = {
  cp: 'CP',
  dcp: 'DCP',
  icmp: 'ICMP',
  id: 'ID',
  ids: 'IDs',
  inet6: 'IPv6',
  npu: 'NPU',
  npus: 'NPUs',
  spc: 'SPC',
  ioc: 'IOC',
  spu: 'SPU',
  spus: 'SPUs',
  syn: 'SYN',
  tcp: 'TCP',
  udp: 'UDP',
};

/**
 * Writes an assumption as a person says it: its name in words, its value with unit and separators.
 *
 * Times are written in the units that a person would choose, without rounding: 86,400,000,000,000 ns is `1 day`.
 *
 * @param assumption From a report, or from a resolved chassis.
 * @returns Name and value, such as `TCP time wait: 2 min 30 s`.
 * @example
 * ```ts
 * import { formatAssumption } from '@midplane/pipeline';
 * import assert from 'node:assert/strict';
 *
 * assert.equal(formatAssumption({ parameter: 'maxGapNs', value: 86_400e9, unit: 'ns' }), 'max gap: 1 day');
 * assert.equal(formatAssumption({ parameter: 'npuTableWings', value: 4_194_304 }), 'NPU table wings: 4,194,304');
 * assert.equal(formatAssumption({ parameter: 'npus.IOC2', value: 1 }), 'NPUs of IOC2: 1');
 * ```
 */
export function formatAssumption(assumption: Pick<ReportAssumption, 'parameter' | 'value' | 'unit'>): string {
  const { parameter, value, unit = parameter === 'tableLength' ? 'rows' : '' } = assumption;
  const name = nameInWords(parameter, unit);
  if (typeof value === 'string') return `${name}: ${value}`;
  const ns = nsPer(unit);
  if (ns !== undefined) return `${name}: ${formatDuration(value * ns)}`;
  const said = unit === '' || name.endsWith(unit);
  return `${name}: ${formatCount(value)}${said ? '' : ` ${unit}`}`;
}

/** `tcpTimeWaitS` as `TCP time wait`, `npus.IOC2` as `NPUs of IOC2`; a unit of time at the end is left out. */
function nameInWords(parameter: string, unit: string): string {
  const [name, of] = parameter.split('.');
  const words = name.split(/(?=[A-Z])/).map((word) => word.toLowerCase());
  if (words.length > 1 && words.at(-1) === unit && nsPer(unit) !== undefined) words.pop();
  return words.map((word) => SPELLING[word] ?? word).join(' ') + (of === undefined ? '' : ` of ${of}`);
}
