import type { DeviceView, PicView, SlotView } from '../device-view.ts';
import { group, leaf, type Part, words } from '../output/template.ts';

function same<T>(item: T): [T] {
  return [item];
}

function heading(last: string): Part<DeviceView> {
  return words(`Hardware inventory:\nItem             Version  Part number  Serial number     ${last}\n`);
}

/** Version, part number and serial number of what has none in the model. */
const BLANK = ' '.repeat(40);
const BUILTIN = `${' '.repeat(9)}${'BUILTIN'.padEnd(13)}${'BUILTIN'.padEnd(18)}`;

/**
 * `show chassis hardware`: cards and their PICs.
 *
 * Fidelity: observed. Columns and the names of the elements. Versions, part numbers and serial numbers are blank, and
 * midplane, power supplies, Routing Engine, SCBs and transceivers are left out: they are not modelled.
 */
export const HARDWARE_PARTS: readonly Part<DeviceView>[] = [
  heading('Description'),
  group<DeviceView, DeviceView>(
    'chassis-inventory',
    same<DeviceView>,
    [
      group<DeviceView, DeviceView>(
        'chassis',
        same<DeviceView>,
        [
          leaf('name', () => 'Chassis', '%-17s'),
          leaf('description', ({ model }) => model.toUpperCase(), `${BLANK}%s\n`),
          group<DeviceView, SlotView>('chassis-module', ({ slots }) => slots, [
            leaf('name', ({ slot }) => `FPC ${slot}`, '%-17s'),
            leaf('description', ({ description }) => description, `${BLANK}%s\n`),
            leaf('model-number', ({ model }) => model),
            group<SlotView, PicView>('chassis-sub-module', ({ pics }) => pics, [
              leaf('name', ({ pic }) => `PIC ${pic}`, '  %-15s'),
              leaf('part-number', () => 'BUILTIN'),
              leaf('serial-number', () => 'BUILTIN'),
              leaf('description', ({ description }) => description, `${BUILTIN}%s\n`),
            ]),
          ]),
        ],
        { style: 'inventory' },
      ),
    ],
    { namespace: 'junos-chassis' },
  ),
];

/**
 * `show chassis hardware models`: order numbers of the cards.
 *
 * Fidelity: observed. Columns and the names of the elements.
 */
export const HARDWARE_MODELS_PARTS: readonly Part<DeviceView>[] = [
  heading('FRU model number'),
  group<DeviceView, DeviceView>(
    'chassis-inventory',
    same<DeviceView>,
    [
      group<DeviceView, DeviceView>(
        'chassis',
        same<DeviceView>,
        [
          leaf('name', () => 'Chassis'),
          group<DeviceView, SlotView>('chassis-module', ({ slots }) => slots, [
            leaf('name', ({ slot }) => `FPC ${slot}`, '%-17s'),
            leaf('model-number', ({ model }) => model, `${BLANK}%s\n`),
          ]),
        ],
        { style: 'models' },
      ),
    ],
    { namespace: 'junos-chassis' },
  ),
];
