#!/usr/bin/env node
import module from 'node:module';

// compiled code is kept between runs: about 30 ms less to start
module.enableCompileCache?.();
const { runCommandLine } = await import('./program.ts');
try {
  process.exitCode = await runCommandLine(process.argv.slice(2));
} catch (error) {
  console.error('midplane: this is a fault of the program, not of your input. Please report these lines:');
  console.error(error);
  process.exitCode = 1;
}
