import type { FidelityMark, ResolvedChassis } from '@midplane/chassis';
import { FLOW_KEY_WORDS, formatFlow, reverseFlowInto } from '@midplane/flow';
import { FLOW_HASHES, type FlowHash, type HashKeyField, hashKey, selectHashKey } from '@midplane/hash';
import { buildDistributionTable, countRows, hashIndexOf } from '@midplane/weights';
import { formatCount } from '../report/text-table.ts';

export * from './render-where.ts';
export { renderWhereJson } from './render-where-json.ts';

/** What is asked of {@link where}. */
export interface WhereOptions {
  /** The chassis, from `resolveChassis`. */
  readonly chassis: ResolvedChassis;
  /** Session distribution hash function. */
  readonly hash: FlowHash;
  /** Whether the packet is a fragment; default false. */
  readonly fragment?: boolean;
  /** Table lengths to compare with; default 256 and 65,536. */
  readonly tableLengths?: readonly number[];
}

/** Where a flow would land if something were different. */
export interface WhereChange {
  /** What is different. */
  readonly change: string;
  readonly spuId: number;
  readonly spu: string;
  /** Whether that is another SPU. */
  readonly moves: boolean;
}

/** Where a flow lands, step by step. */
export interface Where {
  /** What the answer can and cannot tell about a real device. */
  readonly honest: string;
  readonly flow: string;
  readonly hashKey: {
    readonly rule: string;
    readonly packets: string;
    readonly layer: string;
    /** The fields in the order in which they are hashed, each with the reason why it is one. */
    readonly fields: readonly { readonly field: string; readonly text: string; readonly why: string }[];
    /** Whether the endpoints were exchanged so that both directions hash alike. */
    readonly swapped: boolean;
    readonly mark: FidelityMark;
    readonly why: string;
  };
  readonly hash: { readonly name: string; readonly value: number };
  readonly hashIndex: { readonly value: number; readonly tableLength: number };
  readonly spuId: number;
  readonly fpc: number;
  readonly pic: number;
  readonly spu: string;
  readonly card: string;
  /** Rows of the table that this SPU has. */
  readonly rows: number;
  /** The reply's SPU; the same one, as both directions hash alike. */
  readonly replySpuId: number;
  readonly changes: readonly WhereChange[];
}

/** The first line of every answer about a single flow. */
export const WHERE_HONEST: string =
  'The vendor does not publish its hash function: how evenly flows spread carries over to a real device, this single assignment need not.';

const EVERY_IP = 'every IP packet has it';
const PORTS = 'TCP, UDP, SCTP; not in fragments';
const EVERY_OTHER = 'frames that are not IP';

/** Why a field is part of a hash key. */
const FIELD_REASONS: Readonly<Record<HashKeyField, string>> = {
  'source-address': EVERY_IP,
  'destination-address': EVERY_IP,
  protocol: EVERY_IP,
  'source-port': PORTS,
  'destination-port': PORTS,
  spi: 'ESP, AH; not in fragments',
  identifier: 'ICMP queries; not in fragments',
  'source-mac': EVERY_OTHER,
  'destination-mac': EVERY_OTHER,
  ethertype: EVERY_OTHER,
};

/**
 * Tells which SPU a flow lands on and why, and what would change it.
 *
 * Only where sessions are distributed by hash does the flow alone decide; in the older modes (RR-based, WRR, adaptive) the
 * central point chooses the SPU by load and by turn, so there is no answer.
 *
 * Fidelity: documented are the fields and that a table maps a hash index to an SPU in proportion to weights; assumed are
 * the hash function and the table's length.
 *
 * @param key Array that holds the flow key.
 * @param at Offset of its first word.
 * @returns The steps. The SPU is that of the first packet; later packets go to the same one.
 * @throws {RangeError} If the chassis does not distribute sessions by hash.
 * @example
 * ```ts
 * import { where } from '@midplane/pipeline';
 * import { resolveChassis } from '@midplane/chassis';
 * import { crc32c } from '@midplane/hash';
 * import { parseFlow } from '@midplane/flow';
 * import assert from 'node:assert/strict';
 *
 * const answer = where(parseFlow('192.0.2.1:1234 > 198.51.100.2:443/tcp'), 0, { chassis: resolveChassis(), hash: crc32c });
 * assert.equal(answer.hashKey.rule, 'ipv4-ports');
 * assert.equal(answer.spuId, answer.fpc * 4 + answer.pic);
 * assert.equal(answer.replySpuId, answer.spuId);
 * ```
 */
export function where(key: Int32Array, at: number, options: WhereOptions): Where {
  return prepareWhere(options)(key, at, options.fragment);
}

/**
 * Builds the tables of a chassis once, for many questions: what {@link where} answers, in microseconds instead of
 * milliseconds.
 *
 * @param options As of `where`; `fragment` is asked with the flow.
 * @returns A function of a flow key, its offset, and whether the packet is a fragment.
 * @throws {RangeError} If the chassis does not distribute sessions by hash.
 * @example
 * ```ts
 * import { prepareWhere } from '@midplane/pipeline';
 * import { resolveChassis } from '@midplane/chassis';
 * import { crc32c } from '@midplane/hash';
 * import { parseFlow } from '@midplane/flow';
 * import assert from 'node:assert/strict';
 *
 * const ask = prepareWhere({ chassis: resolveChassis(), hash: crc32c });
 * const spus = [80, 443, 8443].map((port) => ask(parseFlow(`192.0.2.1:1234 > 198.51.100.2:${port}/tcp`)).spuId);
 * assert.equal(spus.length, 3);
 * ```
 */
export function prepareWhere(options: WhereOptions): (key: Int32Array, at?: number, fragment?: boolean) => Where {
  const { chassis, hash } = options;
  checkHashBased(chassis);
  const table = buildDistributionTable(chassis.spus, chassis.tableLength);
  const rows = new Map(countRows(table).map((each) => [each.spuId as number, each.rows]));
  const spus = new Map(chassis.spus.map((each) => [each.spuId as number, each]));
  const otherTables = (options.tableLengths ?? [256, 65_536])
    .filter((length) => length !== table.length && length >= chassis.spus.length)
    .map((length) => ({ change: tableChange(length), rowsOf: buildDistributionTable(chassis.spus, length) }));
  const otherHashes = [...FLOW_HASHES.values()].filter(({ name }) => name !== hash.name);
  const toFragment = changeTo('the packet is a fragment', spus.values());
  const toWhole = changeTo('the packet is a whole packet', spus.values());
  const toTables = otherTables.map(({ change, rowsOf }) => ({ rowsOf, landed: changeTo(change, spus.values()) }));
  const toHashes = otherHashes.map((other) => ({ other, landed: changeTo(`hash ${other.name}`, spus.values()) }));
  const flow = new Int32Array(FLOW_KEY_WORDS);
  const reply = new Int32Array(FLOW_KEY_WORDS);
  return (key, at = 0, fragment = false) => {
    for (let i = 0; i < FLOW_KEY_WORDS; i++) flow[i] = key[at + i];
    reverseFlowInto(flow, 0, reply, 0);
    const selection = selectHashKey(flow, 0, { fragment });
    const { words } = selection;
    const value = hash.hash(words, 0, words.length);
    const index = hashIndexOf(value, table.length);
    const spu = spus.get(table[index])!;
    const toggled = hashKey(flow, 0, { hash, fragment: !fragment });
    const changes: WhereChange[] = [
      landing(fragment ? toWhole : toFragment, table[hashIndexOf(toggled, table.length)], spu.spuId),
    ];
    for (const { rowsOf, landed } of toTables) {
      changes.push(landing(landed, rowsOf[hashIndexOf(value, rowsOf.length)], spu.spuId));
    }
    for (const { other, landed } of toHashes) {
      const row = hashIndexOf(other.hash(words, 0, words.length), table.length);
      changes.push(landing(landed, table[row], spu.spuId));
    }
    const replyHash = hashKey(reply, 0, { hash, fragment });
    return {
      honest: WHERE_HONEST,
      flow: formatFlow(flow),
      hashKey: {
        rule: selection.rule.id,
        packets: selection.rule.packets,
        layer: selection.rule.layer,
        fields: selection.fields.map(({ field, text }) => ({ field, text, why: FIELD_REASONS[field] })),
        swapped: selection.swapped,
        mark: selection.rule.fidelity === 'documented' ? 'D' : 'I',
        why: selection.rule.why,
      },
      hash: { name: hash.name, value },
      hashIndex: { value: index, tableLength: table.length },
      spuId: spu.spuId,
      fpc: spu.fpc,
      pic: spu.pic,
      spu: spu.name,
      card: spu.card,
      rows: rows.get(spu.spuId)!,
      replySpuId: table[hashIndexOf(replyHash, table.length)],
      changes,
    };
  };
}

/** The same change to each SPU, by SPU ID: to one that is another and to one that is not. Answers share them. */
type Landings = ReadonlyMap<number, readonly [stays: WhereChange, moves: WhereChange]>;

function changeTo(change: string, spus: Iterable<ResolvedChassis['spus'][number]>): Landings {
  const landings = new Map<number, readonly [WhereChange, WhereChange]>();
  for (const { spuId, name } of spus) {
    const landed = { change, spuId, spu: name };
    landings.set(spuId, [
      { ...landed, moves: false },
      { ...landed, moves: true },
    ]);
  }
  return landings;
}

function landing(landings: Landings, spuId: number, from: number): WhereChange {
  return landings.get(spuId)![spuId === from ? 0 : 1];
}

/** What is different with a table of another length. */
function tableChange(length: number): string {
  const release = length === 256 ? ' (releases before 17.4R1)' : length === 65_536 ? ' (from 17.4R1)' : '';
  return `table of ${formatCount(length)} rows${release}`;
}

/** Refuses a chassis on which the flow does not decide. */
function checkHashBased({ distributionMode, release }: ResolvedChassis): void {
  if (distributionMode === 'hash-based') return;
  throw new RangeError(
    'Cannot tell where a flow lands: distribution must be hash-based (in other modes the central point chooses the SPU by ' +
      `load and by turn): got ${distributionMode} distribution of release ${release}`,
  );
}
