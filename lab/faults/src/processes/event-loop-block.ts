import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { defineFault } from '../fault.ts';
import { observe } from '../observe/observe.ts';
import { rounded } from '../observe/slowness.ts';
import { wholeNumber } from '../parameters.ts';
import { startDutyCycle } from './duty-cycle.ts';
import { findProcess, processClaims, replicaNamed, runningProcess } from './process-target.ts';

/** Between two looks. */
const breathMs = 5;

export const eventLoopBlock = defineFault({
  id: 'event-loop-block',
  title: 'A replica keeps losing its event loop',
  about:
    'The process is stopped for a share of each period, from outside: to its callers as a synchronous loop in its code. Timers and answers wait, then all come at once.',
  parameters: z.strictObject({
    blockedPercent: wholeNumber('share of each period in which nothing runs', { min: 10, max: 95, usual: 50 }),
    periodMs: wholeNumber('length of a period', { min: 100, max: 1_000, usual: 500 }),
  }),
  targets: (ground) => ground.names,
  availability: () => true,
  claims: (_ground, target) => processClaims(target),
  inject: async (ground, { target, parameters: { blockedPercent, periodMs }, signal }) => {
    runningProcess(ground, target);
    const replica = replicaNamed(ground, target);
    if (replica === null) throw new RangeError(`${target} is no replica.`);
    const blockedMs = (periodMs * blockedPercent) / 100;
    return { undo: startDutyCycle(ground, { replica, blockedMs, freeMs: periodMs - blockedMs }, signal), note: null };
  },
  effect: async (ground, { target, parameters: { blockedPercent, periodMs }, signal }) => {
    const process = findProcess(ground, target);
    if (process === null) return { seen: false, measured: `${target} is not running` };
    const blockedMs = (periodMs * blockedPercent) / 100;
    const untilMs = performance.now() + periodMs + blockedMs;
    let longestMs = 0;
    while (performance.now() < untilMs && !signal.aborted) {
      const limitMs = 2 * periodMs;
      const { answerMs } = await observe(process.address, process.talk, { limitMs, signal });
      longestMs = Math.max(longestMs, answerMs ?? limitMs);
      await sleep(breathMs);
    }
    // A look begins somewhere within a stop, and sees the rest of it.
    return { seen: longestMs >= blockedMs * 0.6, measured: `the slowest answer took ${rounded(longestMs)} ms` };
  },
});
