import type { CaptureError, RecordBatch } from '@midplane/capture';
import type { Scenario, ScenarioTrafficOptions } from '@midplane/scenario';
import { CommandError, captureCode } from './command-error.ts';
import { linkTypeProblem } from './link-types.ts';
import { type Input, namingCapture, openInput } from './open-input.ts';

/** The captures of a scenario while they are read. */
export class ScenarioInputs implements Required<ScenarioTrafficOptions> {
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
