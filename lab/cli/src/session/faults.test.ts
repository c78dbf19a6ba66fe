import type { EventLog } from '@lab/console';
import { beforeEach, describe, expect, test } from 'vitest';
import { createFakeFaults, type FakeFaults } from '../testing/fake-faults.ts';
import { controlHandlers } from './control-handlers.ts';
import { createSessionFaults, type SessionFaults } from './faults.ts';
import type { LoadGate } from './load-gate.ts';
import { createPracticeState } from './practice-state.ts';

let fake: FakeFaults;
let events: Record<string, unknown>[];
let said: string[];
let isPaused: boolean;
let faults: SessionFaults;
const order = { action: 'on', id: 'kettle-on', target: 'kitchen', set: { latencyMs: '90' }, forMs: 5_000 };

beforeEach(() => {
  fake = createFakeFaults();
  events = [];
  said = [];
  isPaused = false;
  const log = { append: (event: string, fields: object) => events.push({ event, ...fields }) };
  faults = createSessionFaults({
    faults: fake.module,
    ground: fake.ground,
    scenario: 'stale-tea',
    isPaused: () => isPaused,
    events: () => log as unknown as EventLog,
    reporter: { say: (line) => said.push(line), warn: (line) => said.push(`! ${line}`) },
    onProcesses: () => undefined,
  });
});

test('a fault that begins and ends is told, and written as an event with what was measured', async () => {
  await faults.change(order);
  await faults.change({ action: 'off', id: 'kettle-on' });
  const detail = { target: 'kitchen', latencyMs: 90, jitterMs: 0 };
  expect(events).toEqual([
    { event: 'fault', name: 'kettle-on', state: 'on', detail, measured: '90 °C' },
    { event: 'fault', name: 'kettle-on', state: 'off', detail, measured: '20 °C', reason: 'asked to end' },
  ]);
  expect(said).toEqual([
    'Fault kettle-on on kitchen is on: 90 °C.',
    'Fault kettle-on on kitchen is over (asked to end): 20 °C.',
  ]);
});

test('the document has every fault, and those that are on', async () => {
  await faults.change(order);
  expect(faults.document()).toMatchObject({
    scenario: 'stale-tea',
    faults: [
      { id: 'kettle-on', isAvailable: true, targets: ['kitchen', 'office'] },
      { id: 'pan-on', isAvailable: false, reason: 'there is no pan', targets: [] },
    ],
    active: [{ id: 'kettle-on', target: 'kitchen', state: 'on', leftMs: expect.any(Number) }],
  });
});

test.each([
  ['nothing', undefined],
  ['another action', { action: 'toggle', id: 'kettle-on' }],
  ['no fault', { action: 'on' }],
  ['what nobody asked for', { ...order, command: 'rm' }],
  ['a number for a text', { ...order, set: { latencyMs: 90 } }],
  ['a long text', { ...order, target: 'x'.repeat(101) }],
  ['a fault that is not there', { ...order, id: 'kettle' }],
  ['a fault that cannot be had', { ...order, id: 'pan-on' }],
])('a change with %s is a usage error, and does nothing', async (_what, change) => {
  await expect(faults.change(change)).rejects.toMatchObject({ name: 'UsageError' });
  expect(fake.calls).toEqual([]);
  expect(events).toEqual([]);
});

test('a slip in the name is answered with the fault that was meant', async () => {
  await expect(faults.change({ ...order, id: 'ketle-on' })).rejects.toMatchObject({ hint: 'Did you mean kettle-on?' });
});

test('while a grade measures no fault begins', async () => {
  isPaused = true;
  await expect(faults.change(order)).rejects.toMatchObject({ code: 'E_PAUSED' });
  expect(fake.calls).toEqual([]);
});

describe('a grade that pauses the session', () => {
  function handlers(gate: Partial<LoadGate>) {
    const state = createPracticeState({ scenario: 'stale-tea', workspace: '/w', token: 't', names: [] });
    return controlHandlers({
      state,
      gate: { isPaused: () => isPaused, ...gate } as LoadGate,
      faults: () => faults,
      events: () => null,
      grades: { take: () => null },
      reporter: { say: () => undefined },
      save: () => fake.calls.push('saved'),
      stop: () => undefined,
    });
  }

  test('is answered when every fault has ended', async () => {
    await faults.change(order);
    await faults.change({ ...order, target: 'office' });
    const { load } = handlers({
      pause: async () => {
        isPaused = true;
      },
    });
    expect(await load('pause', { pid: 7 })).toEqual({ load: 'paused' });
    expect(faults.active()).toEqual([]);
    expect(fake.calls.slice(-3).sort()).toEqual(['off kitchen', 'off office', 'saved']);
    expect(events.at(-1)).toMatchObject({ state: 'off', reason: 'a grade begins' });
  });

  test('finds none that began meanwhile', async () => {
    const { load, changeFaults } = handlers({
      pause: async () => {
        isPaused = true;
      },
    });
    const before = changeFaults(order);
    const paused = load('pause', { pid: 7 });
    const after = changeFaults({ ...order, target: 'office' }).catch((error: { code: string }) => error.code);
    expect(await Promise.all([before, paused, after])).toEqual([expect.anything(), { load: 'paused' }, 'E_PAUSED']);
    expect(faults.active()).toEqual([]);
  });

  test('puts no fault on again when it goes on', async () => {
    await faults.change(order);
    await handlers({ resume: async () => undefined }).load('resume', { pid: 7 });
    expect(fake.calls.at(-2)).toBe('on kitchen 90');
    expect(faults.active()).toHaveLength(1);
  });
});
