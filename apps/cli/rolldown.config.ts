import { defineConfig } from 'rolldown';

// One file for the program, and one for the worker that hosts SPUs: modules that are loaded one by one cost a tenth of
// a second before the first packet.
export default defineConfig({
  input: { main: 'src/main.ts', 'spu-worker': 'src/spu-worker.ts' },
  platform: 'node',
  external: [/^node:/, 'commander'],
  resolve: { conditionNames: ['midplane-source', 'import', 'node'] },
  transform: { target: 'node22' },
  output: {
    dir: 'dist',
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: '[name].js',
    cleanDir: true,
    codeSplitting: true,
  },
});
