import process from 'node:process';
import { say } from './step.mjs';

const SIGN_OF_LIFE_MS = 30_000;
const SHOWN_LINES = 120;

/**
 * One thing that CI checks.
 * @typedef {object} LaneResult
 * @property {boolean} ok
 * @property {string} [note] one line beside the result
 * @property {string} [output] shown where the lane failed
 * @property {number} [passed] tests or runs inside the lane
 * @property {number} [failed]
 *
 * @typedef {object} Lane
 * @property {string} name
 * @property {boolean} [isCheap] a failed cheap lane keeps the expensive ones from running
 * @property {() => Promise<LaneResult>} run
 */

/**
 * Runs lanes in order and prints a line for each; the very last line counts lanes, and the tests and runs in
 * them. Resolves with the exit code.
 * @param {readonly Lane[]} lanes
 */
export async function runLanes(lanes) {
  const total = { passed: 0, failed: 0 };
  let cheapFailed = false;
  const rows = [];
  for (const lane of lanes) {
    if (cheapFailed && !lane.isCheap) {
      rows.push(`  not run  ${lane.name}: a fast check failed`);
      continue;
    }
    const { result, seconds } = await runLane(lane);
    cheapFailed ||= Boolean(lane.isCheap) && !result.ok;
    total.passed += (result.passed ?? 0) + (result.ok ? 1 : 0);
    total.failed += (result.failed ?? 0) + (result.ok ? 0 : 1);
    const row = `  ${result.ok ? 'passed ' : 'FAILED '}  ${lane.name}  ${seconds} s${result.note ? `  (${result.note})` : ''}`;
    rows.push(row);
    if (!result.ok && result.output) say(lastLines(result.output));
    say(row);
  }
  process.stdout.write(`\n${rows.join('\n')}\n\n${total.passed} passed, ${total.failed} failed\n`);
  return total.failed === 0 ? 0 : 1;
}

async function runLane(lane) {
  const startedAt = performance.now();
  const seconds = () => ((performance.now() - startedAt) / 1000).toFixed(1);
  say(`→ ${lane.name}`);
  const beat = setInterval(() => say(`  ${lane.name}: ${seconds()} s so far`), SIGN_OF_LIFE_MS);
  try {
    return { result: await lane.run(), seconds: seconds() };
  } catch (error) {
    return { result: { ok: false, output: error.stack ?? String(error) }, seconds: seconds() };
  } finally {
    clearInterval(beat);
  }
}

function lastLines(text) {
  const lines = text.trimEnd().split('\n');
  const left = lines.length - SHOWN_LINES;
  return (left > 0 ? [`… ${left} lines before`, ...lines.slice(-SHOWN_LINES)] : lines).join('\n');
}
