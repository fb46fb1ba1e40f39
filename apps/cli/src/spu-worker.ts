// The worker that hosts SPUs, as a file beside the program.
import module from 'node:module';

module.enableCompileCache?.();
await import('@midplane/pipeline/worker');
