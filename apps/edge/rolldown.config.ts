import { defineConfig } from 'rolldown';

// One file for runtimes that take one file: workerd. Deno, Bun and Node load the modules.
export default defineConfig({
  input: { worker: 'src/entry/workerd.ts' },
  platform: 'browser',
  resolve: { conditionNames: ['midplane-source', 'workerd', 'import', 'default'] },
  transform: { target: 'es2024' },
  plugins: [
    {
      // zod's messages in fifty languages: a fifth of the file, and none is ever shown
      name: 'no-locales',
      load: (id) => (/zod\/v4\/locales\/index\.[cm]?js$/.test(id) ? 'export {};' : null),
    },
  ],
  output: { dir: 'dist', format: 'esm', entryFileNames: '[name].js', codeSplitting: false, minify: true },
});
