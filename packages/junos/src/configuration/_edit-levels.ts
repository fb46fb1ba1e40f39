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
