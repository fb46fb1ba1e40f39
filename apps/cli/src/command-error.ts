import { CaptureError } from '@midplane/capture';
import { ChassisError, FIDELITY_MARKS } from '@midplane/chassis';
import { formatCount } from '@midplane/pipeline';

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

/** Names of the libraries' parameters, as the command calls them. */
const OPTIONS: Readonly<Record<string, string>> = {
  tableLength: '--table-length',
  length: '--table-length',
  packets: '--packets',
  flows: '--flows',
  seed: '--seed',
  ipv6Share: '--ipv6-share',
  udpShare: '--udp-share',
  zipfExponent: '--zipf',
  packetsPerSecond: '--rate',
};

/** An error that a person caused, as code and sentence; undefined for a fault of the program. */
export function describeError(error: unknown): { code: string; message: string } | undefined {
  if (!(error instanceof Error)) return undefined;
  const code = codeOf(error);
  if (code === undefined) return undefined;
  // an error of a scenario file is in the words of the file
  const isOfOptions = code === 'out-of-range' && !(error.cause instanceof SyntaxError);
  const message = isOfOptions ? inTermsOfOptions(error.message) : error.message;
  return { code, message: `${message}${originOf(error)}` };
}

/** The rule that a chassis breaks, with its mark and source, where it is one of the model's. */
function originOf(error: Error): string {
  const origin = error instanceof ChassisError ? error.origin : null;
  return origin === null ? '' : ` (${origin.value}, ${FIDELITY_MARKS[origin.mark]}: ${origin.source})`;
}

/** Says a rule about parameters with the names of the options, and its numbers with separators; the value stays as given. */
function inTermsOfOptions(message: string): string {
  const [, rule, got = ''] = /^(.*?)(: got .*)?$/s.exec(message)!;
  const named = rule.replace(/\b\w+(?= must | and | \()/g, (name) => OPTIONS[name] ?? name);
  return named.replace(/(?<![\w.])\d{5,}\b/g, (digits) => formatCount(Number(digits))) + got;
}

/** The stable code of a capture's corruption. */
export function captureCode(error: CaptureError): string {
  return error.code === 'unsupported-link-type' ? error.code : `capture-${error.code}`;
}

function codeOf(error: Error): string | undefined {
  if (error instanceof CommandError || error instanceof ChassisError) return error.code;
  if (error instanceof CaptureError) return captureCode(error);
  if (error.name === 'JunosProblem') return 'configuration-syntax';
  // every error of our packages begins so; one of the engine, such as a stack that is too deep, does not
  if (error instanceof RangeError && error.message.startsWith('Cannot ')) return 'out-of-range';
  return undefined;
}
