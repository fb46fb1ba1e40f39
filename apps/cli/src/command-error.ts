import { CaptureError } from '@midplane/capture';
import { ChassisError } from '@midplane/chassis';

/** Exit code of a run that could not do what was asked because of its input or its arguments. */
export const EXIT_BAD_INPUT = 2;

/** An error for the person at the keyboard: one sentence, with a stable code for scripts. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  /** Stable code, kebab-case. */
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** The stable code of an error that a person caused; undefined for a fault of the program. */
export function codeOf(error: unknown): string | undefined {
  if (error instanceof CommandError || error instanceof ChassisError) return error.code;
  if (error instanceof CaptureError) return `capture-${error.code}`;
  if (error instanceof SyntaxError) return 'malformed-text';
  if (error instanceof RangeError) return 'out-of-range';
  return undefined;
}
