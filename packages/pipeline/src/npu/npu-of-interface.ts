import type { InterfaceTable } from '../configuration/interface-table.ts';
import type { Npu } from './npu.ts';

/**
 * Makes the function that finds the position of the NPU of an interface; -1 for none.
 *
 * @throws {RangeError} If the configuration names an interface in a slot without an I/O card.
 */
export function npuFinder(interfaces: InterfaceTable, npus: readonly Npu[]): (interfaceIndex: number) => number {
  const positions = interfaces.names.map((name, index) => {
    const position = npus.findIndex(({ slot }) => slot === interfaces.slots[index]);
    if (position >= 0) return position;
    const slots = npus.map(({ slot }) => slot).join(', ');
    throw new RangeError(
      `Cannot use interface ${name}: its slot must have an I/O card, which slots ${slots} have: got slot ${interfaces.slots[index]}`,
    );
  });
  return (interfaceIndex) => (interfaceIndex < 0 ? -1 : positions[interfaceIndex]);
}
