import type { Statement } from './statement.ts';

/** The level that is edited, and where `exit` goes back to. */
export class EditLevels {
  /** Words of each level, outermost first. */
  private levels: readonly (readonly string[])[] = [];
  private readonly returns: (readonly (readonly string[])[])[] = [];

  /** Words of the level that is edited. */
  get path(): readonly string[] {
    return this.levels.flat();
  }

  /** Goes to a level. */
  enter(levels: readonly (readonly string[])[]): void {
    this.returns.push(this.levels);
    this.levels = levels;
  }

  up(count: number): void {
    this.levels = this.levels.slice(0, Math.max(0, this.levels.length - count));
  }

  top(): void {
    this.levels = [];
    this.returns.length = 0;
  }

  /** Goes back to where the last `enter` began; `false` at the highest level. */
  exit(): boolean {
    if (this.levels.length === 0) return false;
    this.levels = this.returns.pop() ?? [];
    return true;
  }
}

/** Words of the levels down to a statement; `null` if it is none that can be edited. */
export function levelsDownTo(statement: Statement): readonly (readonly string[])[] | null {
  const { schema, values } = statement;
  const isLevel = schema === null || schema.kind === 'container' || schema.kind === 'list';
  if (!isLevel || values.length > 0) return null;
  const words: (readonly string[])[] = [];
  for (let node = statement; node.parent !== null; node = node.parent) words.unshift(node.words);
  return words;
}
