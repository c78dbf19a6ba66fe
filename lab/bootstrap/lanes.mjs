import { commandLane } from './lane-command.mjs';
import { smokeLane } from './smoke-lane.mjs';
import { toolsLane } from './tools-lane.mjs';
import { countVerified } from './verify-counts.mjs';
import { vitestLane } from './vitest-lane.mjs';

const MINUTE_MS = 60_000;
// Measured here and now, whatever has been proved elsewhere, and without touching that record.
const once = ['--runs', '1', '--fresh', '--no-store', '--budget', '20m'];
const verify = ['node', 'lab/cli/bin/lab.mjs', 'verify', ...once, '--json', '--no-input'];

/** `npm run check`: no network and no other programs, under a minute. */
export const fastLanes = [
  commandLane('format and lint', ['biome', 'ci', '.'], { isCheap: true, limitMs: MINUTE_MS }),
  commandLane('types', ['tsc', '-b'], { isCheap: true, limitMs: 2 * MINUTE_MS }),
  commandLane('dead code', ['knip'], { isCheap: true, limitMs: 2 * MINUTE_MS }),
  vitestLane('unit tests', ['unit', 'tidy'], { isCheap: true, limitMs: 12 * MINUTE_MS }),
];

/** `npm test`: everything that CI runs, the cheap things first. A further lane is one more entry here. */
export const testLanes = [
  ...fastLanes,
  toolsLane,
  vitestLane('integration tests', ['stack'], { limitMs: 40 * MINUTE_MS }),
  vitestLane('browser tests', ['browser'], { limitMs: 25 * MINUTE_MS }),
  commandLane('verify the scenarios', verify, { limitMs: 34 * MINUTE_MS, count: countVerified }),
  smokeLane,
];
