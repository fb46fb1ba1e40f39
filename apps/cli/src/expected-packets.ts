import { open, stat } from 'node:fs/promises';
import { CaptureDecoder, RecordBatch } from '@midplane/capture';
import { generatedPackets, type Scenario, type ScenarioTraffic } from '@midplane/scenario';

/** Bytes at the begin of a capture by which the size of its packets is judged. */
const SAMPLE_BYTES = 262_144;

/** What can be said of the packets of a scenario before they are read. */
export interface Expectation {
  /** Packets, more or less; undefined: nobody knows. */
  readonly packets: number | undefined;
  /** Whether all of them can be read once more. */
  readonly isRepeatable: boolean;
}

/** Estimates how many packets a scenario has, by the sizes of its captures and the first packets in them. */
export async function expectPackets({ traffic }: Scenario): Promise<Expectation> {
  let packets: number | undefined = 0;
  let isRepeatable = true;
  for (const item of traffic) {
    const one = await expectationOf(item);
    packets = packets === undefined || one.packets === undefined ? undefined : packets + one.packets;
    isRepeatable &&= one.isRepeatable;
  }
  return { packets, isRepeatable };
}

async function expectationOf(item: ScenarioTraffic): Promise<Expectation> {
  if (!('capture' in item)) return { packets: generatedPackets(item), isRepeatable: true };
  const status = item.capture === '-' ? undefined : await stat(item.capture).catch(() => undefined);
  if (!status?.isFile()) return { packets: undefined, isRepeatable: false };
  const { packets, bytes } = await sample(item.capture);
  return { packets: packets === 0 ? undefined : Math.round((packets * status.size) / bytes), isRepeatable: true };
}

/** Packets and bytes at the begin of a capture; none of one that is compressed, or cannot be read. */
async function sample(path: string): Promise<{ packets: number; bytes: number }> {
  const file = await open(path).catch(() => undefined);
  if (file === undefined) return { packets: 0, bytes: 0 };
  try {
    const { bytesRead, buffer } = await file.read(new Uint8Array(SAMPLE_BYTES), 0, SAMPLE_BYTES, 0);
    const decoder = CaptureDecoder.of(buffer.subarray(0, bytesRead));
    const batch = new RecordBatch();
    while (decoder.readInto(batch) > 0);
    return { packets: decoder.packets, bytes: decoder.bytesRead };
  } catch {
    return { packets: 0, bytes: 0 };
  } finally {
    await file.close();
  }
}
