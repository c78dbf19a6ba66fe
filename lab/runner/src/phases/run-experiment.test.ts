import type { StartedProxy, ToxicEnd } from '@lab/runtime';
import type { Clock, Experiment, ExperimentHandle, Scenario } from '@lab/sdk';
import { expect, test } from 'vitest';
import type { openExperimentHandle } from '../handle/experiment-handle.ts';
import { createLinks } from '../handle/links.ts';
import type { Testbed } from '../testbed/testbed.ts';
import type { Recorder } from './recorder.ts';
import { type ExperimentRunner, runExperiment } from './run-experiment.ts';

const clock: Clock = { nowMs: () => 0, sleep: async () => undefined };

function setUp(): { readonly runner: ExperimentRunner; readonly recorder: Recorder } {
  const recorder: Recorder = {
    ...{ samples: [], timeline: [], experiments: [], exits: [], tables: [], usedKeys: [] },
    ...{ shared: new Map(), disturbedMs: new Map(), phasesMs: {} },
    event: () => undefined,
    phase: async (_name, work) => await work(),
  };
  const runner = {
    ...{ recorder, clock, seed: 1, signal: new AbortController().signal },
    // An experiment on links alone uses no more of them.
    testbed: {} as Testbed,
    scenario: { stack: { replicas: { api: 1 } } } as Scenario,
  } as unknown as ExperimentRunner;
  return { runner, recorder };
}

/** Handles whose links end like this, one attempt after the other. */
function handlesWith(ends: readonly ToxicEnd[]): typeof openExperimentHandle {
  const left = [...ends];
  return async (options) => {
    const end = left.shift() ?? 'removed';
    const proxyOf = () => ({ hold: async () => async () => end }) as unknown as StartedProxy;
    const links = createLinks({ ...options, proxyOf });
    return { links, [Symbol.asyncDispose]: links.releaseAll } as unknown as ExperimentHandle & AsyncDisposable;
  };
}

const lateFill: Experiment = {
  ...{ id: 'late-fill', title: 'A fill that arrives late', phase: 'disturb' },
  run: async ({ links }) => {
    const held = await links.hold('api-1', 'redis-cache');
    await held.release();
    return { reached: true, tables: [] };
  },
};

test('an attempt that lost what it held proves nothing, and is repeated', async () => {
  const { runner, recorder } = setUp();
  await runExperiment(runner, lateFill, handlesWith(['renewed', 'removed']));
  expect(recorder.experiments.map(({ attempt, reached }) => ({ attempt, reached }))).toEqual([
    { attempt: 1, reached: false },
    { attempt: 2, reached: true },
  ]);
  expect(recorder.experiments[0]?.note).toContain('the link was made anew');
});

test('an experiment that loses it each time is never reached', async () => {
  const { runner, recorder } = setUp();
  await runExperiment(runner, lateFill, handlesWith(['renewed', 'renewed', 'renewed']));
  expect(recorder.experiments.map(({ reached }) => reached)).toEqual([false, false, false]);
});

test('what is let go after the outcome is of no account', async () => {
  const { runner, recorder } = setUp();
  const leftHeld: Experiment = {
    ...lateFill,
    run: async ({ links }) => {
      await links.hold('api-1', 'redis-cache');
      return { reached: true };
    },
  };
  await runExperiment(runner, leftHeld, handlesWith(['renewed']));
  expect(recorder.experiments).toMatchObject([{ attempt: 1, reached: true }]);
});
