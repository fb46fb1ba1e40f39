import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: { conditions: ['midplane-source'] },
  ssr: { resolve: { conditions: ['midplane-source'], externalConditions: ['midplane-source'] } },
  test: {
    include: [
      'packages/*/src/**/*.test.ts',
      'apps/*/src/**/*.test.ts',
      'apps/*/test/**/*.test.ts',
      'tools/**/*.test.ts',
    ],
    exclude: ['**/node_modules/**', '**/*.slow.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 180_000, // some start servers of four runtimes, while other tests use the machine
    reporters: ['default', './tools/vitest-reporter.ts'],
  },
});
