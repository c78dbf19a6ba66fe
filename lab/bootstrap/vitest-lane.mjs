import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { REPO_ROOT } from './hand-over.mjs';
import { laneEnvironment } from './lane-command.mjs';
import { runQuietly } from './run-child.mjs';

/**
 * A lane of vitest projects; each test is counted.
 * @param {string} name
 * @param {readonly string[]} projects
 * @param {{ isCheap?: boolean, limitMs: number }} options
 * @returns {import('./run-lanes.mjs').Lane}
 */
export function vitestLane(name, projects, { isCheap = false, limitMs }) {
  return {
    name,
    isCheap,
    async run() {
      const folder = path.join(REPO_ROOT, '.lab', 'ci');
      const report = path.join(folder, `${projects.join('-')}.json`);
      mkdirSync(folder, { recursive: true });
      rmSync(report, { force: true });
      const args = ['run', ...projects.flatMap((project) => ['--project', project])];
      const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
      const result = await runQuietly('vitest', [...args, ...reporters], {
        cwd: REPO_ROOT,
        env: laneEnvironment(),
        limitMs,
      });
      const counts = countTests(readReport(report));
      return {
        ok: result.exitCode === 0 && !result.isOverLimit && counts.failed === 0,
        note: result.isOverLimit
          ? `stopped after ${limitMs / 60_000} min`
          : `${counts.passed} of ${counts.passed + counts.failed} tests`,
        output: result.output,
        ...counts,
      };
    },
  };
}

/**
 * A file that could not be loaded has no tests to its name: it counts as one that failed.
 * @param {{ testResults?: readonly { status: string, assertionResults: readonly { status: string }[] }[] }} report
 */
export function countTests({ testResults = [] }) {
  const counts = { passed: 0, failed: 0 };
  for (const { status, assertionResults } of testResults) {
    const failed = assertionResults.filter((test) => test.status === 'failed').length;
    counts.passed += assertionResults.filter((test) => test.status === 'passed').length;
    counts.failed += status === 'failed' && failed === 0 ? 1 : failed;
  }
  return counts;
}

function readReport(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    // vitest ended before it could write one; its exit code says so too.
    return {};
  }
}
