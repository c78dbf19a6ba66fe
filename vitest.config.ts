import { defineConfig } from 'vitest/config';

const unitFiles = [
  'lab/*/{src,bin}/**/*.test.ts',
  'grader/**/*.test.ts',
  'scenarios/*/*.test.ts',
  'scenarios/*/experiments/*.test.ts',
  'scenarios/shared/*.test.ts',
  'lab/bootstrap/*.test.mjs',
];

export default defineConfig({
  test: {
    retry: 0,
    passWithNoTests: false,
    projects: [
      {
        test: {
          name: 'unit',
          include: unitFiles,
          exclude: ['**/*.it.test.ts', '**/node_modules/**', '**/.lab/**'],
        },
      },
      { test: { name: 'tidy', include: ['lab/tidy/*.test.ts'], testTimeout: 60_000 } },
      {
        test: {
          name: 'stack',
          include: ['lab/**/*.it.test.ts', 'grader/**/*.it.test.ts'],
          exclude: ['**/node_modules/**', '**/.lab/**'],
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 300_000,
          globalSetup: ['lab/ci/stack-for-tests.ts'],
        },
      },
    ],
  },
});
