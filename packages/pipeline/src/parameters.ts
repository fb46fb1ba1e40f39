import type { FidelityMark } from '@midplane/chassis';

/** A figure of the model that may be changed: nothing is published about it, or it is configuration of the device. */
export interface Parameter {
  /** Default value. */
  readonly value: number;
  /** Unit of the value. */
  readonly unit: string;
  /** Where the default comes from. */
  readonly mark: FidelityMark;
  /** What it is. */
  readonly meaning: string;
  /** Least value; default 1. */
  readonly least?: number;
  /** Largest value; by default what the unit allows, see `parameterRange`. */
  readonly most?: number;
}

/** Largest values by unit: session tables keep times in 20 bits, and nothing inside a chassis takes seconds. */
const MOST: Readonly<Record<string, number>> = {
  s: 500_000,
  ns: 10_000_000_000,
  '%': 100,
  chains: 4096,
  fragments: 1024,
  packets: 65_536,
};

/** Names of the parameters. */
export type ParameterName =
  | 'tcpEstablishedTimeoutS'
  | 'telnetTimeoutS'
  | 'tcpInitialTimeoutS'
  | 'tcpTimeWaitS'
  | 'tcpResetTimeoutS'
  | 'udpTimeoutS'
  | 'icmpTimeoutS'
  | 'icmpAnsweredTimeoutS'
  | 'otherTimeoutS'
  | 'multicastTimeoutS'
  | 'npuIdleTimeoutS'
  | 'fragmentChains'
  | 'fragmentTimeoutS'
  | 'heldFragments'
  | 'lingerS'
  | 'npuToSpuDelayNs'
  | 'spuToNpuDelayNs'
  | 'spuToSpuDelayNs'
  | 'pendingQueuePackets'
  | 'resendNs'
  | 'orderingTimeoutNs'
  | 'earlyAgeoutS'
  | 'highWatermarkPercent'
  | 'lowWatermarkPercent'
  | 'maxGapNs';

/** Every parameter of the path with its default; `createPipeline({ parameters })` overrides them by name. */
export const PARAMETERS: Readonly<Record<ParameterName, Parameter>> = {
  tcpEstablishedTimeoutS: { value: 1800, unit: 's', mark: 'D', meaning: 'TCP session after the handshake' },
  telnetTimeoutS: { value: 28_800, unit: 's', mark: 'O', meaning: 'telnet session after the handshake' },
  tcpInitialTimeoutS: { value: 20, unit: 's', mark: 'D', meaning: 'TCP session before the handshake completes' },
  tcpTimeWaitS: { value: 150, unit: 's', mark: 'A', meaning: 'TCP session after FIN in both directions' },
  tcpResetTimeoutS: { value: 2, unit: 's', mark: 'A', meaning: 'TCP session after RST' },
  udpTimeoutS: { value: 60, unit: 's', mark: 'D', meaning: 'UDP session' },
  icmpTimeoutS: { value: 60, unit: 's', mark: 'A', meaning: 'ICMP query session until it is answered' },
  icmpAnsweredTimeoutS: { value: 4, unit: 's', mark: 'A', meaning: 'ICMP query session after the answer' },
  otherTimeoutS: { value: 60, unit: 's', mark: 'A', meaning: 'session of any other protocol' },
  multicastTimeoutS: { value: 300, unit: 's', mark: 'D', meaning: 'multicast session' },
  npuIdleTimeoutS: { value: 1800, unit: 's', mark: 'A', meaning: 'NPU session table entry without packets' },
  fragmentChains: {
    value: 256,
    unit: 'chains',
    mark: 'A',
    meaning: 'fragmented packets that an SPU remembers or holds',
  },
  heldFragments: {
    value: 64,
    unit: 'fragments',
    mark: 'A',
    meaning: 'fragments that an SPU holds per fragmented packet',
  },
  fragmentTimeoutS: { value: 2, unit: 's', mark: 'A', meaning: 'how long an SPU remembers a fragmented packet' },
  lingerS: { value: 10, unit: 's', mark: 'A', meaning: 'session that is over, until it is removed' },
  npuToSpuDelayNs: { value: 10_000, unit: 'ns', mark: 'A', meaning: 'way of a packet from an NPU to an SPU' },
  spuToNpuDelayNs: { value: 10_000, unit: 'ns', mark: 'A', meaning: 'way of a message from an SPU to an NPU' },
  spuToSpuDelayNs: {
    value: 10_000,
    unit: 'ns',
    mark: 'A',
    meaning: 'way of a message between SPUs and the central point',
  },
  pendingQueuePackets: {
    value: 16,
    unit: 'packets',
    mark: 'A',
    meaning: 'packets that wait for the central point, per session',
  },
  resendNs: {
    value: 1_000_000,
    unit: 'ns',
    mark: 'A',
    meaning: 'after so long without an acknowledgement a message is sent again',
  },
  orderingTimeoutNs: {
    value: 10_000_000,
    unit: 'ns',
    mark: 'A',
    meaning: 'how long an ordering list waits for a packet',
  },
  earlyAgeoutS: {
    value: 20,
    unit: 's',
    mark: 'D',
    meaning: 'session without packets, while the table of its SPU is over the high watermark',
  },
  highWatermarkPercent: {
    value: 100,
    unit: '%',
    mark: 'D',
    meaning: 'sessions age out early from so full a table; 100: never',
  },
  lowWatermarkPercent: {
    value: 100,
    unit: '%',
    mark: 'D',
    meaning: 'sessions age out as usual again from so full a table',
    least: 0,
  },
  maxGapNs: {
    value: 86_400e9,
    unit: 'ns',
    mark: 'A',
    meaning: 'longest pause between two packets that is simulated',
    most: Number.MAX_SAFE_INTEGER,
  },
};

/** Values of all parameters. */
export type ParameterValues = Readonly<Record<ParameterName, number>>;

/**
 * Returns the least and the largest value of a parameter: 1, or 0 where that means something, to 500,000 s, 10^10 ns (but
 * for `maxGapNs`), 100 %, 4,096 chains, 1,024 fragments, 65,536 packets.
 *
 * @param name Name of the parameter.
 * @returns Both ends, in the unit of the parameter; both are accepted.
 * @example
 * ```ts
 * import { parameterRange } from '@midplane/pipeline';
 * import assert from 'node:assert/strict';
 *
 * assert.deepEqual(parameterRange('udpTimeoutS'), { least: 1, most: 500_000 });
 * assert.deepEqual(parameterRange('lowWatermarkPercent'), { least: 0, most: 100 });
 * ```
 */
export function parameterRange(name: ParameterName): { readonly least: number; readonly most: number } {
  const { least = 1, unit, most = MOST[unit] } = PARAMETERS[name];
  return { least, most };
}

/**
 * Returns all parameter values, with some of them changed.
 *
 * @throws {RangeError} If a name is unknown, or a value is no integer within its {@link parameterRange}.
 */
export function resolveParameters(changes: Partial<ParameterValues> = {}): ParameterValues {
  const names = Object.keys(PARAMETERS) as ParameterName[];
  for (const [name, value] of Object.entries(changes)) {
    if (!names.includes(name as ParameterName)) {
      throw new RangeError(`Cannot set parameter: name must be one of ${names.join(', ')}: got "${name}"`);
    }
    const { least, most } = parameterRange(name as ParameterName);
    if (!Number.isSafeInteger(value) || value < least || value > most) {
      const rule = `value must be an integer from ${least} to ${most}`;
      throw new RangeError(`Cannot set parameter ${name}: ${rule}: got ${String(value)}`);
    }
  }
  const values = names.map((name) => [name, changes[name] ?? PARAMETERS[name].value] as const);
  return Object.fromEntries(values) as ParameterValues;
}
