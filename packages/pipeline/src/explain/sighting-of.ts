import { FLOW_KEY_WORDS } from '@midplane/flow';
import { KIND_IPV4, LINKTYPE_ETHERNET } from '@midplane/packet';
import { OUTCOME_PENDING, type PathBatch } from '../path-batch.ts';
import type { Sighting } from './sighting.ts';

/** The key of an IP packet; undefined for what is none. */
export function keyOf({ packets }: PathBatch, row: number): Int32Array | undefined {
  const at = row * FLOW_KEY_WORDS;
  return packets.kind[row] >= KIND_IPV4 ? packets.key.subarray(at, at + FLOW_KEY_WORDS) : undefined;
}

/** What can be read off the columns of a row before it is on its way. */
export function sightingOf(batch: PathBatch, row: number): Sighting {
  const { packets } = batch;
  const records = packets.records!;
  const from = records.offset[row];
  const hasMacs = records.linkType[row] === LINKTYPE_ETHERNET && records.capturedLength[row] >= 14;
  return {
    packet: batch.numberOf(row),
    timeNs: batch.nowNs[row],
    lengthBytes: records.length[row],
    interfaceIndex: records.interfaceIndex[row],
    ingress: batch.ingress[row],
    kind: packets.kind[row],
    fragment: packets.fragment[row],
    flags: packets.flags[row],
    protocol: packets.protocol[row],
    tcpFlags: packets.tcpFlags[row],
    icmp: packets.icmp[row],
    etherType: packets.etherType[row],
    key: packets.key.slice(row * FLOW_KEY_WORDS, (row + 1) * FLOW_KEY_WORDS),
    macs: hasMacs ? swapMacs(records.bytes.slice(from, from + 12)) : new Uint8Array(12),
    npu: batch.npu[row],
    hash: batch.hash[row],
    hashIndex: batch.hashIndex[row],
    path: 'none',
    aimedAt: -1,
    arrivedAt: -1,
    heldNs: undefined,
    waitedForConfirmation: false,
    yieldedAt: -1,
    npuEntryWasIdle: false,
    about: undefined,
    before: undefined,
    met: undefined,
    after: undefined,
    centralPointAsked: false,
    centralPointKnew: false,
    endedAt: -1,
    leftBy: -1,
    configuration: undefined,
    outcome: OUTCOME_PENDING,
  };
}

/** On the wire the destination comes first. */
function swapMacs(header: Uint8Array): Uint8Array {
  return Uint8Array.of(...header.subarray(6, 12), ...header.subarray(0, 6));
}
