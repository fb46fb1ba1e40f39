import type { DeviceView, PicView, SlotView } from '../device-view.ts';
import { group, leaf, type Part, words } from '../output/template.ts';

function same<T>(item: T): [T] {
  return [item];
}

/** Version, part number and serial number of what has none in the model. */
const BLANK = ' '.repeat(40);
const BUILTIN = `${' '.repeat(9)}${'BUILTIN'.padEnd(13)}${'BUILTIN'.padEnd(18)}`;

/** The inventory: heading, what the chassis itself shows, and its cards. */
function inventory(
  last: string,
  style: string,
  own: readonly Part<DeviceView>[],
  card: readonly Part<SlotView>[],
): readonly Part<DeviceView>[] {
  const chassis: readonly Part<DeviceView>[] = [
    ...own,
    group<DeviceView, SlotView>('chassis-module', ({ slots }) => slots, [
      leaf('name', ({ slot }) => `FPC ${slot}`, '%-17s'),
      ...card,
    ]),
  ];
  const parts = [group<DeviceView, DeviceView>('chassis', same<DeviceView>, chassis, { style })];
  return [
    words(`Hardware inventory:\nItem             Version  Part number  Serial number     ${last}\n`),
    group<DeviceView, DeviceView>('chassis-inventory', same<DeviceView>, parts, { namespace: 'junos-chassis' }),
  ];
}

/**
 * `show chassis hardware`: cards and their PICs.
 *
 * Fidelity: observed. Columns and the names of the elements. Versions, part numbers and serial numbers are blank, and
 * midplane, power supplies, Routing Engine, SCBs and transceivers are left out: they are not modelled.
 */
export const HARDWARE_PARTS: readonly Part<DeviceView>[] = inventory(
  'Description',
  'inventory',
  [leaf('name', () => 'Chassis', '%-17s'), leaf('description', ({ model }) => model.toUpperCase(), `${BLANK}%s\n`)],
  [
    leaf('description', ({ description }) => description, `${BLANK}%s\n`),
    leaf('model-number', ({ model }) => model),
    group<SlotView, PicView>('chassis-sub-module', ({ pics }) => pics, [
      leaf('name', ({ pic }) => `PIC ${pic}`, '  %-15s'),
      leaf('part-number', () => 'BUILTIN'),
      leaf('serial-number', () => 'BUILTIN'),
      leaf('description', ({ description }) => description, `${BUILTIN}%s\n`),
    ]),
  ],
);

/**
 * `show chassis hardware models`: order numbers of the cards.
 *
 * Fidelity: observed. Columns and the names of the elements.
 */
export const HARDWARE_MODELS_PARTS: readonly Part<DeviceView>[] = inventory(
  'FRU model number',
  'models',
  [leaf('name', () => 'Chassis')],
  [leaf('model-number', ({ model }) => model, `${BLANK}%s\n`)],
);
