import { defineConfig } from 'vitest/config';

const unitFiles = [
  'lab/*/{src,bin}/**/*.test.ts',
  'grader/**/*.test.ts',
  'scenarios/*/*.test.ts',
  'scenarios/*/experiments/*.test.ts',
  'scenarios/shared/*.test.ts',
  'lab/bootstrap/*.test.mjs',
  'site/src/**/*.test.ts',
];

export default defineConfig({
  test: {
    retry: 0,
    passWithNoTests: false,
    coverage: {
      provider: 'v8',
      include: ['lab/service/{src,bin}/**/*.ts'],
      exclude: ['**/*.test.ts', '**/testing/**'],
      reporter: ['text-summary', 'json-summary', 'html'],
      reportsDirectory: '.lab/coverage',
      reportOnFailure: true,
    },
    projects: [
      {
        test: {
          name: 'unit',
          include: unitFiles,
          exclude: ['**/*.{it,browser}.test.ts', '**/node_modules/**', '**/.lab/**'],
        },
      },
      { test: { name: 'tidy', include: ['lab/tidy/*.test.ts'], testTimeout: 60_000 } },
      {
        test: {
          name: 'stack',
          include: ['lab/**/*.it.test.ts', 'grader/**/*.it.test.ts'],
          exclude: ['**/node_modules/**', '**/.lab/**'],
          // Two at a time take half as long, and on two cores now and then miss a time-out of 50 ms that they test.
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 300_000,
          // What comes at last comes; a busy machine takes its time.
          expect: { poll: { timeout: 20_000 } },
          globalSetup: ['lab/ci/stack-for-tests.ts'],
        },
      },
      {
        test: {
          name: 'browser',
          include: ['**/*.browser.test.ts'],
          exclude: ['**/node_modules/**', '**/.lab/**'],
          maxWorkers: 2,
          testTimeout: 60_000,
          hookTimeout: 300_000,
          // What comes at last comes; a busy machine takes its time.
          expect: { poll: { timeout: 20_000 } },
          globalSetup: ['lab/ci/stack-for-tests.ts'],
        },
      },
    ],
  },
});
