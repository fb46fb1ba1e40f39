import type { CaptureError, RecordBatch } from '@midplane/capture';
import type { Scenario, ScenarioTrafficOptions } from '@midplane/scenario';
import { CommandError, captureCode, EXIT_BAD_INPUT } from './command-error.ts';
import { linkTypeProblem } from './link-types.ts';
import { type Input, namingCapture, openInput } from './open-input.ts';
import { type Output, writeProblem } from './output.ts';
import { createProgress } from './progress.ts';

/** How captures are opened, what is wrong with one is told, and how far they are read is shown. */
export interface InputReading extends Required<ScenarioTrafficOptions> {
  readonly onProgress: (packets: number) => void;
}

/** How the captures of a scenario are read. */
export interface ReadOptions {
  /** Whether problems are told as JSON. */
  readonly json: boolean;
  /** Whether captures are read again, who knows how often: progress is then in packets alone. */
  readonly isReread?: boolean;
}

/**
 * Reads the captures of a scenario with a line of progress.
 *
 * Where a capture is corrupt, either `use` gives the result of what came before, which counts
 * with exit code 2, or it throws.
 */
export async function withInputs<T>(
  scenario: Scenario,
  { json, isReread = false }: ReadOptions,
  output: Output,
  use: (reading: InputReading) => Promise<T>,
): Promise<T> {
  const inputs = new ScenarioInputs(scenario);
  const { openCapture, onInputError } = inputs;
  const progress = createProgress();
  const onProgress = (packets: number): void =>
    progress.update(inputs.bytesRead, isReread ? undefined : inputs.size, packets);
  let result: T;
  try {
    result = await use({ openCapture, onInputError, onProgress });
  } catch (error) {
    const { problem } = inputs;
    if (problem !== undefined) throw new CommandError(problem.code, problem.message, { cause: error });
    throw error;
  } finally {
    progress.end();
  }
  if (inputs.problem !== undefined) {
    writeProblem(output, json, inputs.problem);
    output.exitCode = EXIT_BAD_INPUT;
  }
  return result;
}

/** The captures of a scenario while they are read. */
class ScenarioInputs implements Required<ScenarioTrafficOptions> {
  /** What is wrong with a capture that is corrupt. */
  problem: { readonly code: string; readonly message: string } | undefined;
  private readonly inputs: Input[] = [];
  private readonly sources: number;

  constructor(scenario: Scenario) {
    this.sources = scenario.traffic.length;
  }

  readonly openCapture = async (path: string): Promise<AsyncGenerator<RecordBatch, void, undefined>> => {
    const input = await openInput(path);
    this.inputs.push(input);
    return checkedBatches(path, input);
  };

  readonly onInputError = (error: CaptureError, path: string): void => {
    this.problem = { code: captureCode(error), message: namingCapture(path, error) };
  };

  /** Bytes read so far, of all captures. */
  get bytesRead(): number {
    return this.inputs.reduce((total, input) => total + input.bytesRead(), 0);
  }

  /** Bytes of all of them; undefined as long as one is not known. */
  get size(): number | undefined {
    if (this.inputs.length < this.sources) return undefined;
    return this.inputs.reduce<number | undefined>(
      (total, { size }) => (total === undefined || size === undefined ? undefined : total + size),
      0,
    );
  }
}

async function* checkedBatches(path: string, input: Input): AsyncGenerator<RecordBatch, void, undefined> {
  let isFirst = true;
  for await (const batch of input.batches) {
    const problem = isFirst ? linkTypeProblem(path, batch) : undefined;
    if (problem) throw new CommandError(problem.code, problem.message);
    isFirst = false;
    yield batch;
  }
}
