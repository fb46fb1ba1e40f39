import { leaf, type SchemaNode, unmodelled } from './schema-node.ts';
import { TEXT } from './value-types.ts';

/** Statement that nearly every level has. */
export const DESCRIPTION: SchemaNode = leaf('description', 'Text description', TEXT);

/** Hierarchies that the model does without, by name and help. */
export function unmodelledOf(names: Readonly<Record<string, string>>): SchemaNode[] {
  return Object.entries(names).map(([name, help]) => unmodelled(name, help));
}
