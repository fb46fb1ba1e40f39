/** Something about a configuration that the user should know, and where. */
export interface ConfigurationProblem {
  /** One sentence. */
  readonly message: string;
  /** Words of the statement, from the root. */
  readonly path: readonly string[];
  /** Line of the text, from 1; 0 for what a command set. */
  readonly line: number;
  /** Column of the word, from 1; 0 where only the line is known. */
  readonly column: number;
}

/**
 * Words of a command that cannot be taken, with the place of the one that is wrong.
 *
 * @example
 * ```ts
 * import { Configuration, ConfigurationSyntaxError } from '@midplane/junos';
 * import assert from 'node:assert/strict';
 *
 * assert.throws(() => new Configuration().set('security flow tcp-session tcp-initial-timeout 3'), {
 *   name: 'ConfigurationSyntaxError',
 *   message: 'Value 3 is not within range (4..300)',
 *   wordIndex: 4,
 * });
 * assert.ok(SyntaxError.isPrototypeOf(ConfigurationSyntaxError));
 * ```
 */
export class ConfigurationSyntaxError extends SyntaxError {
  override readonly name = 'ConfigurationSyntaxError';
  /** Index of the wrong word among those given; their number if one is missing. */
  readonly wordIndex: number;
  /** Line, from 1. */
  readonly line: number;
  /** Column of the word, from 1; 0 where words and no text were given. */
  readonly column: number;

  /** @param message What is wrong, in the words of the device where they are known. */
  constructor(message: string, wordIndex = 0, line = 1, column = 0) {
    super(message);
    this.wordIndex = wordIndex;
    this.line = line;
    this.column = column;
  }
}
