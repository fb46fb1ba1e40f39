import { resolveChassis } from '@midplane/chassis';
import { sessionIdOf } from '@midplane/spu-id';
import fc from 'fast-check';
import type { DeviceView, SessionView, SpuFigures, WingView } from './index.ts';
import { deviceViewOf, SESSION_STATES } from './index.ts';

/** A wing with own values where given. */
export function wing(own: Partial<WingView> = {}): WingView {
  return {
    source: '192.0.2.2',
    sourcePort: 34623,
    destination: '198.51.100.2',
    destinationPort: 443,
    protocol: 'tcp',
    interface: 'xe-2/2/0.0',
    packets: 6,
    bytes: 591,
    cpSessionId: '10000140',
    ...own,
  };
}

/** A session with own values where given. */
export function session(own: Partial<SessionView> = {}): SessionView {
  return {
    sessionId: '10000006',
    policy: { name: 'default-permit', index: 2 },
    state: 'valid',
    timeoutSeconds: 1800,
    remainingSeconds: 1798,
    application: 'junos-https',
    natSourcePool: null,
    startSeconds: 12,
    durationSeconds: 2,
    clusterState: null,
    in: wing(),
    out: wing({
      source: '198.51.100.2',
      sourcePort: 443,
      destination: '192.0.2.2',
      destinationPort: 34623,
      interface: 'xe-2/2/1.0',
      packets: 5,
      bytes: 4010,
    }),
    ...own,
  };
}

/** One SPC2 in FPC 0 (its PIC 0 is the central point alone) and an IOC2 in FPC 2, with figures of single SPUs. */
export function device(
  spus: Readonly<Record<number, Partial<SpuFigures>>> = {},
  own: Partial<DeviceView> = {},
): DeviceView {
  return deviceViewOf(resolveChassis({ model: 'srx5600', cards: '0=SPC2,2=IOC2' }), {
    ...own,
    npCacheSlots: [2],
    spu: ({ spuId }) => spus[spuId] ?? {},
  });
}

const address = fc.oneof(fc.ipV4(), fc.ipV6());
const port = fc.integer({ min: 0, max: 65_535 });

const wings = fc.record({
  source: address,
  sourcePort: port,
  destination: address,
  destinationPort: fc.oneof(port, fc.constantFrom(22, 53, 80, 443)),
  protocol: fc.constantFrom('tcp', 'udp', 'icmp', 'icmp6', 'esp', 'gre', 'sctp', '89', '200'),
  interface: fc.constantFrom('xe-2/2/0.0', 'xe-2/2/1.0', 'xe-2/2/1.7', 'reth0.100'),
  packets: fc.nat(),
  bytes: fc.nat(),
  cpSessionId: fc.option(fc.nat().map(String)),
});

/** Any session of an SPU, but for its ID. */
export const sessions: fc.Arbitrary<Omit<SessionView, 'sessionId'>> = fc.record({
  policy: fc.option(fc.record({ name: fc.string({ minLength: 1, maxLength: 20 }), index: fc.nat({ max: 999 }) })),
  state: fc.constantFrom(...SESSION_STATES),
  timeoutSeconds: fc.option(fc.nat({ max: 86_400 })),
  remainingSeconds: fc.option(fc.nat({ max: 86_400 })),
  application: fc.option(fc.constantFrom('junos-https', 'junos-ssh', 'own-app')),
  natSourcePool: fc.option(fc.string({ minLength: 1, maxLength: 20 })),
  startSeconds: fc.nat(),
  durationSeconds: fc.nat(),
  clusterState: fc.constantFrom(null, 'active', 'backup'),
  in: wings,
  out: fc.option(wings),
});

/** Sessions of each SPU of {@link device}, with IDs of that SPU, in any order. */
export const sessionsBySpu: fc.Arbitrary<Record<number, SessionView[]>> = fc.record(
  Object.fromEntries(
    [1, 2, 3].map((spuId) => [
      spuId,
      fc
        .uniqueArray(fc.tuple(fc.nat({ max: 9_999_999 }), sessions), { selector: ([index]) => index, maxLength: 12 })
        .map((list) => list.map(([index, rest]) => ({ ...rest, sessionId: String(sessionIdOf(spuId, index)) }))),
    ]),
  ),
);
