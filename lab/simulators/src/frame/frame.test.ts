import { expect, test } from 'vitest';
import { cacheStampede, invalidationRace, rateLimiting, retries } from '../index.ts';
import { createRandom } from '../kernel/random.ts';
import type { Parameter, Parameters, Values } from './parameters.ts';
import { nextMoment, PLAYBACK_MS, playedTo, SUMMARY_PAUSE_MS, summaryWaitMs } from './playback.ts';
import { answerOf, openSession, withGuess, withSetting } from './session.ts';
import type { Setting, Simulator } from './simulator.ts';
import { stillOf } from './still.ts';
import { decodeState, encodeState, initialState, type PageState, presetSetting } from './url-state.ts';

const simulators = [rateLimiting, cacheStampede, invalidationRace, retries];
const named = simulators.map((simulator) => [simulator.id, simulator] as const);

const throughAddress = (simulator: Simulator, state: PageState) =>
  decodeState(simulator, encodeState(simulator, state));

function randomValues(parameters: Parameters, next: () => number): Values {
  const draw = (parameter: Parameter) => {
    if (parameter.kind === 'choice') {
      const names = Object.keys(parameter.options);
      return names[Math.floor(next() * names.length)] ?? parameter.initial;
    }
    const { min, max, step } = parameter;
    const steps = Math.floor(next() * (Math.round((max - min) / step) + 1));
    return Math.round((min + steps * step) * 10) / 10;
  };
  return Object.fromEntries(Object.entries(parameters).map(([name, parameter]) => [name, draw(parameter)]));
}

test.each(named)('%s: every state is the same after it was an address', (_id, simulator) => {
  const { next } = createRandom(31, simulator.id);
  for (let round = 0; round < 200; round += 1) {
    const setting: Setting = {
      seed: 1 + Math.floor(next() * 999_999),
      shared: randomValues(simulator.shared, next),
      a: randomValues(simulator.side, next),
      b: randomValues(simulator.side, next),
    };
    const { max } = simulator.prediction(setting);
    const guess = ([undefined, 'skipped', Math.floor(next() * (max + 1))] as const)[Math.floor(next() * 3)];
    expect(throughAddress(simulator, { setting, guess })).toEqual({ state: { setting, guess }, problems: [] });
  }
});

test.each(named)('%s: an address that says nothing is how it begins, and that says nothing', (_id, simulator) => {
  expect(encodeState(simulator, initialState(simulator))).toEqual([]);
  expect(decodeState(simulator, [['other.load', '9']])).toEqual({ state: initialState(simulator), problems: [] });
});

test.each([
  ['limits.load', '61', 'limits.load is “61”, and should be a number from 2 to 60. 20 is used.'],
  ['limits.load', '1e1', 'limits.load is “1e1”, and should be a number from 2 to 60. 20 is used.'],
  ['limits.load', '', 'limits.load is “”, and should be a number from 2 to 60. 20 is used.'],
  ['limits.load', '2.5', 'limits.load is “2.5”, and should be a number from 2 to 60. 20 is used.'],
  [
    'limits.a.limiter',
    '__proto__',
    'limits.a.limiter is “__proto__”, and should be one of fixed, sliding, bucket, leaky. fixed is used.',
  ],
  ['limits.seed', '-1', 'limits.seed is “-1”, and should be a number from 1 to 999999. 1 is used.'],
  ['limits.guess', '601', 'limits.guess is “601”, and should be a number from 0 to 600. You are asked again.'],
  ['limits.c.limiter', 'fixed', 'The address names “limits.c.limiter”, which is not known here.'],
  ['limits.pattern', 'x'.repeat(50), expect.stringMatching(/“x{40}…”.*edge is used/)],
])('what an address says wrongly is told, and not used: %s=%s', (name, value, problem) => {
  expect(decodeState(rateLimiting, [[name, value]])).toEqual({
    state: initialState(rateLimiting),
    problems: [problem],
  });
});

test('of one bad value and one good, the good one is used', () => {
  const { state, problems } = decodeState(retries, [
    ['retries.cap', '99'],
    ['retries.b.layers', '3'],
  ]);
  expect(problems).toHaveLength(1);
  expect(state.setting.b['layers']).toBe(3);
});

test('presets can be taken in any order: each says all that is not as it begins', () => {
  const [first, second] = rateLimiting.presets;
  const setting = presetSetting(rateLimiting, first, 5);
  expect(presetSetting(rateLimiting, second, 5)).not.toEqual(setting);
  expect(presetSetting(rateLimiting, first, 5)).toEqual(setting);
});

const everyPreset = simulators.flatMap((simulator) =>
  simulator.presets.map((preset) => [simulator.id, preset.name, simulator, preset] as const),
);

test.each(everyPreset)('%s, %s: a run has three meters, a table, a sentence and a picture at any moment', (...each) => {
  const [, , simulator, preset] = each;
  const setting = presetSetting(simulator, preset, 1);
  const run = simulator.run(setting);
  expect(run.momentsMs).toEqual([...run.momentsMs].sort((one, other) => one - other));
  for (const share of [0, 0.37, 1]) {
    const tMs = share * run.endMs;
    expect(run.meters(tMs)).toHaveLength(3);
    const { columns, rows } = run.table(tMs);
    expect(rows.length).toBeLessThanOrEqual(25);
    expect(rows.every((row) => row.length === columns.length)).toBe(true);
    expect(run.summary(tMs)).toMatch(/^[A-Z].*\.$/);
    for (const width of [300, 720]) {
      const { markup } = run.picture({ width, tMs, guess: 12 });
      expect(markup).not.toMatch(/NaN|undefined|Infinity|style=/);
    }
  }
  expect(run.answer).toBeLessThanOrEqual(simulator.prediction(setting).max);
  // The same, to the last stroke.
  const view = { width: 720, tMs: run.endMs, guess: undefined };
  expect(simulator.run(setting).picture(view)).toEqual(run.picture(view));
});

test.each(named)('%s: the first preset shows a difference between A and B', (_id, simulator) => {
  const run = simulator.run(initialState(simulator).setting);
  expect(run.meters(run.endMs).some(({ a, b }) => a !== b)).toBe(true);
});

test('whoever plays gets to the end in ten seconds, and whoever steps stops at each event', () => {
  const run = rateLimiting.run(initialState(rateLimiting).setting);
  expect(playedTo(run, 0, PLAYBACK_MS / 2)).toBe(run.endMs / 2);
  expect(playedTo(run, run.endMs / 2, PLAYBACK_MS)).toBe(run.endMs);
  expect(nextMoment(run, 0)).toBe(run.momentsMs[0]);
  expect(nextMoment(run, run.momentsMs[0] ?? 0)).toBe(run.momentsMs[1]);
  expect(nextMoment(run, run.endMs)).toBe(run.endMs);
});

test('a summary is told every five seconds at the most', () => {
  expect(summaryWaitMs(undefined, 1_000)).toBe(0);
  expect(summaryWaitMs(1_000, 1_001)).toBe(SUMMARY_PAUSE_MS - 1);
  expect(summaryWaitMs(1_000, 9_000)).toBe(0);
});

test('first one is asked, then sees it from the beginning, and a change shows the end and drops the prediction', () => {
  const opened = openSession(rateLimiting, initialState(rateLimiting));
  expect(opened).toMatchObject({ tMs: 0, state: { guess: undefined } });
  const guessed = withGuess(opened, 45);
  expect(guessed).toMatchObject({ tMs: 0, state: { guess: 45 } });
  expect(answerOf(guessed)).toBeUndefined();
  expect(answerOf({ ...guessed, tMs: guessed.run.endMs })).toBe(60);
  const changed = withSetting(rateLimiting, guessed, { ...opened.state.setting, seed: 2 });
  expect(changed).toMatchObject({ tMs: changed.run.endMs, state: { guess: 'skipped', setting: { seed: 2 } } });
  // Who was not asked yet still is.
  expect(withSetting(rateLimiting, opened, changed.state.setting)).toMatchObject({
    tMs: 0,
    state: { guess: undefined },
  });
  expect(openSession(rateLimiting, guessed.state).tMs).toBe(guessed.run.endMs);
});

/** What a meter of A shows at the end, as a number. */
function measured(simulator: Simulator, changed: Partial<Setting>, meter: number): number {
  const begin = initialState(simulator).setting;
  const setting = { ...begin, shared: { ...begin.shared, ...changed.shared }, a: { ...begin.a, ...changed.a } };
  const run = simulator.run(setting);
  return Number.parseFloat(run.meters(run.endMs)[meter]?.a ?? '');
}

test('the puzzle of limits is solved by a queue, and by nothing else', () => {
  const shared = { limit: 10, load: 5, burst: 20 };
  const solved = ['fixed', 'sliding', 'bucket', 'leaky'].filter((limiter) => {
    const a = { limiter };
    return measured(rateLimiting, { shared, a }, 0) <= 10 && measured(rateLimiting, { shared, a }, 1) === 0;
  });
  expect(solved).toEqual(['leaky']);
});

test('the puzzle of the stampede takes both a lease and lifetimes that differ', () => {
  const shared = { pages: 40, load: 100 };
  const most = (guard: string, spread: number) => measured(cacheStampede, { shared, a: { guard, spread } }, 1);
  expect(most('lease', 20)).toBeLessThan(10);
  expect(most('lease', 0)).toBeGreaterThanOrEqual(10);
  expect(most('none', 20)).toBeGreaterThanOrEqual(10);
});

test('the puzzle of retries is solved with a budget, and not by the same pauses without one', () => {
  const shared = { outage: 30, base: 2, attempts: 12 };
  const solved = ['on', 'off'].filter((budget) => {
    const a = { jitter: 'both', layers: 1, budget };
    return measured(retries, { shared, a }, 0) <= 3 && measured(retries, { shared, a }, 2) <= 10;
  });
  expect(solved).toEqual(['on']);
});

test.each(named)('%s: a still has the picture, the caption and every parameter', (_id, simulator) => {
  const html = stillOf(simulator);
  const names = [...Object.values(simulator.shared), ...Object.values(simulator.side)].map(({ label }) => label);
  for (const name of names) expect(html).toContain(name);
  expect(html).toMatch(/<svg [^>]*role="img"/);
  expect(html).toContain('<figcaption>');
  expect(html.match(/<dt>/g)).toHaveLength(html.match(/<dd>/g)?.length ?? 0);
});
