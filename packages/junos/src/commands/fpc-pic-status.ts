import type { DeviceView, PicView, SlotView } from '../device-view.ts';
import { group, leaf, type Part, words } from '../output/template.ts';

/**
 * `show chassis fpc pic-status`: slots with a card, and their PICs.
 *
 * Fidelity: observed. Columns, the `- np-cache` after the description, and the names of the elements.
 */
export const FPC_PIC_STATUS_PARTS: readonly Part<DeviceView>[] = [
  group<DeviceView, DeviceView>(
    'fpc-information',
    (device) => [device],
    [
      group<DeviceView, SlotView>('fpc', ({ slots }) => slots, [
        leaf('slot', ({ slot }) => slot, 'Slot %-4s'),
        leaf('state', ({ state }) => state, '%-13s'),
        leaf('description', ({ description }) => description, '%s\n'),
        group<SlotView, PicView>('pic', ({ pics }) => pics, [
          leaf('pic-slot', ({ pic }) => pic, '  PIC %-3s'),
          leaf('pic-state', ({ state }) => state, '%-13s'),
          leaf('pic-type', ({ description, npCache }) => description + (npCache ? '- np-cache' : ''), '%s'),
          words('\n'),
        ]),
      ]),
    ],
    { namespace: 'junos-chassis', style: 'pic-style' },
  ),
];
