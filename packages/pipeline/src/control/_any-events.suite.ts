import type { ChassisCommand, ChassisOptions } from '@midplane/chassis';
import fc from 'fast-check';
import type { PipelineEvent } from '../events/pipeline-event.ts';

const SECOND = 1e9;

const spu = fc.constantFrom(4, 5, 8, 9);
const slot = fc.constantFrom(1, 2, 3, 7, 8);
const anyCommand: fc.Arbitrary<ChassisCommand> = fc.oneof(
  fc.record({ command: fc.constant('failSpu' as const), spu, permanent: fc.boolean() }),
  fc.record({ command: fc.constant('failCard' as const), slot, permanent: fc.boolean() }),
  fc.record({ command: fc.constant('insertCard' as const), slot, card: fc.constantFrom('SPC2', 'IOC2') }),
  fc.record({
    command: fc.constantFrom('removeCard' as const, 'offline' as const, 'online' as const, 'restart' as const),
    slot,
  }),
  fc.record({ command: fc.constant('reboot' as const) }),
);

/** Up to six events within 900 s or 900 packets, on a chassis of {@link anyChassis}. */
export const anyEvents: fc.Arbitrary<PipelineEvent[]> = fc.array(
  fc.oneof(
    fc.record({ atNs: fc.integer({ min: 0, max: 900 }).map((s) => s * SECOND), chassis: anyCommand }),
    fc.record({ afterPackets: fc.nat(900), chassis: anyCommand }),
    fc.record({ atNs: fc.integer({ min: 0, max: 900 }).map((s) => s * SECOND), clearSessions: fc.constant({}) }),
  ),
  { maxLength: 6 },
);

/** A small chassis of each regime. */
export const anyChassis: fc.Arbitrary<ChassisOptions> = fc.constantFrom<ChassisOptions>(
  { tableLength: 64, cards: '1=SPC2,2=SPC2,7=IOC2' },
  { tableLength: 64, cards: '1=SPC2,2=SPC2,7=IOC2,8=IOC2', release: '15.1X49-D10' },
  { tableLength: 64, cards: '1=SPC2,2=SPC1,7=IOC1', release: '12.3X48-D10', distributionMode: 'rr-based' },
);
