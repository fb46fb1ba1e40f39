/** A Vitest reporter that names every skipped test, hands the counts to `scripts/ok.mjs` and ends with one plain line. */
import type { SerializedError } from 'vitest';
import type { Reporter, TestModule } from 'vitest/node';
import { writeCounts } from './counts.ts';

export default class CountsReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    let passed = 0;
    let failed = unhandled.length;
    const skipped: string[] = [];
    for (const module of modules) {
      // A file that cannot be imported has no tests, only errors.
      failed += module.errors().length;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state === 'passed') passed++;
        else if (state === 'failed') failed++;
        else skipped.push(`${module.relativeModuleId} > ${test.fullName}`);
      }
    }
    writeCounts({ passed, failed, skipped });
    for (const name of skipped) console.log(`SKIPPED ${name}`);
    console.log(`${passed} passed, ${failed} failed${skipped.length > 0 ? `, ${skipped.length} skipped` : ''}`);
  }
}
