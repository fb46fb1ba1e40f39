import { warningLines } from '@midplane/pipeline';
import { pipelineOptionsOf, type Scenario } from '@midplane/scenario';
import type { Output } from './output.ts';

/** Tells on standard error what is to be warned of in a scenario, where no report does. */
export function tellWarnings(scenario: Scenario, output: Output): void {
  const { warnings = [], chassis } = pipelineOptionsOf(scenario);
  const messages = [...chassis.warnings, ...warnings].map(({ message }) => message);
  for (const line of warningLines(messages, { warning: (text) => text })) if (line !== '') output.error(`${line}\n`);
}
