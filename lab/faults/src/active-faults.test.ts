import { beforeEach, describe, expect, test } from 'vitest';
import { type ActiveFaults, createActiveFaults } from './active-faults.ts';
import type { Fault } from './fault.ts';
import type { FaultChange } from './fault-records.ts';
import { type FakeClock, fakeClock } from './testing/fake-clock.ts';
import { type FakeFault, fakeFault } from './testing/fake-fault.ts';
import { fakeGround } from './testing/fake-ground.ts';

const target = 'kitchen';
const order = { id: 'kettle-on', target };
let kettle: FakeFault;
let clock: FakeClock;
let changes: FaultChange[];
let faults: ActiveFaults;

function open(catalogue: readonly Fault[]): ActiveFaults {
  return createActiveFaults({ ground: fakeGround(), clock, catalogue, onChange: (change) => changes.push(change) });
}

const states = (): string[] => changes.map(({ id, target: where, state }) => `${id} ${where} ${state}`);

beforeEach(() => {
  kettle = fakeFault();
  clock = fakeClock();
  changes = [];
  faults = open([kettle.fault]);
});

test('a fault is on when its effect was seen, with what was measured', async () => {
  const started = await faults.on({ ...order, set: { heatPercent: '95' } });
  expect(started).toEqual({ ...order, parameters: { heatPercent: 95 }, measured: '90 °C', forMs: 30_000 });
  expect(faults.list()).toEqual([
    { ...order, parameters: { heatPercent: 95 }, state: 'on', leftMs: 30_000, measured: '90 °C' },
  ]);
  expect(changes).toEqual([{ ...order, parameters: { heatPercent: 95 }, state: 'on', measured: '90 °C' }]);
});

test('an effect that needs a while is waited for', async () => {
  const cold = { seen: false, measured: '20 °C' };
  kettle.sees(cold, new Error('the thermometer fell'), cold, { seen: true, measured: '91 °C' });
  expect((await faults.on(order)).measured).toBe('91 °C');
});

describe('a fault without an effect', () => {
  test('is undone and was never on', async () => {
    kettle.sees({ seen: false, measured: '20 °C' });
    await expect(faults.on(order)).rejects.toMatchObject({
      name: 'LabError',
      code: 'E_FAULT_NOT_SEEN',
      message: 'kettle-on on kitchen had no effect that the lab could see within 3 s: 20 °C. It was undone.',
    });
    expect(kettle.calls).toEqual(['on kitchen 80', 'off kitchen']);
    expect(states()).toEqual(['kettle-on kitchen failed']);
    expect(faults.list()).toEqual([]);
    expect(clock.nowMs()).toBeLessThan(3_100);
  });

  test('that shows in some places only is undone too', async () => {
    kettle.sees({ seen: false, isPartial: true, measured: 'on 1 of 2' }, { seen: false, measured: 'on 0 of 2' });
    await expect(faults.on(order))
      .rejects.toMatchObject({ code: 'E_FAULT_NOT_SEEN' })
      .catch(() => undefined);
    expect(faults.list()).toEqual([]);
  });

  test('that cannot be undone either is shown until it can', async () => {
    kettle.sees({ seen: false, measured: '20 °C' });
    kettle.breakUndo();
    await expect(faults.on(order)).rejects.toMatchObject({ message: /It could not be undone: the switch is stuck\.$/ });
    expect(faults.list()).toMatchObject([{ id: 'kettle-on', state: 'stays' }]);
  });
});

test('a fault that cannot be injected says why, and is not on', async () => {
  const broken: Fault = { ...kettle.fault, inject: () => Promise.reject(new Error('no water')) };
  faults = open([broken]);
  await expect(faults.on(order)).rejects.toMatchObject({
    code: 'E_FAULT_FAILED',
    message: 'kettle-on could not begin on kitchen: no water',
  });
  expect(faults.list()).toEqual([]);
});

describe('the automatic end', () => {
  test('comes when the time is over, and not before', async () => {
    await faults.on({ ...order, forMs: 5_000 });
    await clock.pass(4_999);
    expect(faults.list()).toMatchObject([{ leftMs: 1 }]);
    await clock.pass(1);
    expect(faults.list()).toEqual([]);
    expect(kettle.calls).toEqual(['on kitchen 80', 'off kitchen']);
    expect(changes.at(-1)).toMatchObject({ state: 'off', measured: '20 °C', reason: 'its time was over' });
  });

  test('does not come for a fault that was ended by hand', async () => {
    await faults.on(order);
    await faults.off({ id: 'kettle-on' });
    await clock.pass(60_000);
    expect(kettle.calls).toEqual(['on kitchen 80', 'off kitchen']);
    expect(clock.waiting()).toBe(0);
  });

  test('is tried again every five seconds, and said once, while the effect stays', async () => {
    await faults.on({ ...order, forMs: 1_000 });
    kettle.sees({ seen: true, measured: '90 °C' });
    await clock.pass(1_000);
    await clock.pass(5_000);
    expect(states()).toEqual(['kettle-on kitchen on', 'kettle-on kitchen stays']);
    expect(faults.list()).toMatchObject([{ state: 'stays', leftMs: 0 }]);
    kettle.sees({ seen: false, measured: '20 °C' });
    await clock.pass(5_000);
    expect(states().at(-1)).toBe('kettle-on kitchen off');
    expect(kettle.calls.filter((call) => call === 'off kitchen')).toHaveLength(3);
  });
});

describe('ending by hand', () => {
  test('tells what is measured now', async () => {
    await faults.on(order);
    expect(await faults.off({})).toEqual([{ ...order, state: 'off', measured: '20 °C' }]);
  });

  test('one of two targets leaves the other', async () => {
    await faults.on(order);
    await faults.on({ ...order, target: 'api-1' });
    await faults.off({ target: 'api-1' });
    expect(faults.list()).toMatchObject([{ target: 'kitchen' }]);
  });

  test('what is not on is a usage error', async () => {
    await expect(faults.off({ id: 'kettle-on' })).rejects.toMatchObject({ name: 'UsageError', code: 'E_FAULT_NOT_ON' });
  });

  test('what cannot be looked at is not taken for gone', async () => {
    await faults.on(order);
    kettle.sees(new Error('the thermometer fell'));
    expect(await faults.off({})).toMatchObject([{ state: 'stays', measured: 'the thermometer fell' }]);
  });

  test('what shows in some places still is not taken for gone', async () => {
    await faults.on(order);
    kettle.sees({ seen: false, isPartial: true, measured: 'on 1 of 2' });
    expect(await faults.off({})).toMatchObject([{ state: 'stays' }]);
  });
});

test('a fault that happens once is over at once', async () => {
  const spill = fakeFault({ id: 'kettle-spilt', isOneShot: true });
  faults = open([spill.fault]);
  expect(await faults.on({ ...order, id: 'kettle-spilt' })).toMatchObject({ forMs: null });
  expect(states()).toEqual(['kettle-spilt kitchen on', 'kettle-spilt kitchen off']);
  expect(faults.list()).toEqual([]);
  expect(clock.waiting()).toBe(0);
});

describe('two faults', () => {
  const claim = (isAlone: boolean) => () => [{ on: 'the stove', isAlone }];

  test.each([
    [true, true, 'E_FAULT_CONFLICT'],
    [true, false, 'E_FAULT_CONFLICT'],
    [false, true, 'E_FAULT_CONFLICT'],
    [false, false, null],
  ])('on one thing, wanted alone %s and %s', async (first, second, code) => {
    const pan = fakeFault({ id: 'pan-on', claims: claim(second) });
    faults = open([fakeFault({ claims: claim(first) }).fault, pan.fault]);
    await faults.on(order);
    const outcome = await faults.on({ id: 'pan-on', target }).catch((error: { code: string }) => error.code);
    expect(outcome).toEqual(code ?? expect.objectContaining({ id: 'pan-on' }));
    expect(pan.calls).toHaveLength(code === null ? 1 : 0);
  });

  test('of one kind on one target are one too many', async () => {
    await faults.on(order);
    await expect(faults.on(order)).rejects.toMatchObject({
      code: 'E_FAULT_CONFLICT',
      hint: 'npx lab fault off kettle-on',
    });
  });

  test('ordered at once begin one after the other', async () => {
    const outcomes = await Promise.allSettled([faults.on(order), faults.on(order)]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
  });
});

test('all are ended, also when one stays', async () => {
  const pan = fakeFault({ id: 'pan-on' });
  faults = open([kettle.fault, pan.fault]);
  await faults.on(order);
  await faults.on({ id: 'pan-on', target });
  kettle.breakUndo();
  const ended = await faults.endAll('a grade begins');
  expect(ended.map(({ id, state }) => `${id} ${state}`)).toEqual(['kettle-on stays', 'pan-on off']);
  expect(changes.at(-1)).toMatchObject({ id: 'pan-on', reason: 'a grade begins' });
});

describe('a process that is replaced', () => {
  test('takes the faults with it that held it, without an undo', async () => {
    const held = fakeFault({ endsWithProcess: true });
    faults = open([held.fault]);
    await faults.on({ ...order, target: 'api-1' });
    await faults.on(order);
    expect(await faults.replacing('api-1', async () => 'booted')).toBe('booted');
    expect(faults.list()).toMatchObject([{ target: 'kitchen' }]);
    expect(held.calls).not.toContain('off api-1');
    expect(changes.at(-1)).toMatchObject({ target: 'api-1', state: 'off', reason: 'api-1 was replaced' });
  });

  test('keeps those that go on with its successor', async () => {
    await faults.on({ ...order, target: 'api-1' });
    await faults.replacing('api-1', async () => undefined);
    expect(faults.list()).toHaveLength(1);
  });

  test('is replaced between two orders, and its failure passed on', async () => {
    const held = fakeFault({ endsWithProcess: true });
    faults = open([held.fault]);
    const began = faults.on({ ...order, target: 'api-1' });
    const replaced = faults.replacing('api-1', () => Promise.reject(new Error('does not boot')));
    await expect(replaced).rejects.toThrow('does not boot');
    await began;
    expect(faults.list()).toEqual([]);
  });
});

test('the end of the session undoes nothing, ends every timer, and says nothing more', async () => {
  await faults.on(order);
  faults[Symbol.dispose]();
  expect(clock.waiting()).toBe(0);
  expect(kettle.calls).toEqual(['on kitchen 80']);
  await expect(faults.on(order)).rejects.toMatchObject({ code: 'E_SESSION_ENDS' });
  expect(states()).toEqual(['kettle-on kitchen on']);
});

test('a fault that is seen while the session ends leaves no timer', async () => {
  const beginning = faults.on(order);
  faults[Symbol.dispose]();
  await Promise.allSettled([beginning]);
  expect(clock.waiting()).toBe(0);
  expect(changes).toEqual([]);
});

test('whoever listens badly keeps no fault from ending', async () => {
  faults = createActiveFaults({
    ground: fakeGround(),
    clock,
    catalogue: [kettle.fault],
    onChange: ({ state }) => {
      if (state === 'off') throw new Error('the disk is full');
    },
  });
  await faults.on({ ...order, forMs: 1_000 });
  await clock.pass(1_000);
  expect(kettle.calls).toEqual(['on kitchen 80', 'off kitchen']);
  expect(faults.list()).toEqual([]);
});

describe('an order that does not fit touches nothing', () => {
  test.each([
    ['an unknown fault', { id: 'kettle' }, 'E_FAULT_UNKNOWN'],
    ['no target of several', { id: 'kettle-on' }, 'E_TARGET'],
    ['an unknown target', { ...order, target: 'garden' }, 'E_TARGET'],
    ['an unknown parameter', { ...order, set: { heat: '3' } }, 'E_PARAMETER_UNKNOWN'],
    ['a parameter beyond its limits', { ...order, set: { heatPercent: '101' } }, 'E_PARAMETER'],
    ['words for a number', { ...order, set: { heatPercent: 'hot' } }, 'E_PARAMETER'],
    ['nothing for a number', { ...order, set: { heatPercent: '' } }, 'E_PARAMETER'],
    ['half a number', { ...order, set: { heatPercent: '1.5' } }, 'E_PARAMETER'],
    ['no time', { ...order, forMs: 0 }, 'E_DURATION'],
    ['more than ten minutes', { ...order, forMs: 600_001 }, 'E_DURATION'],
  ])('%s', async (_what, wrong, code) => {
    await expect(faults.on(wrong)).rejects.toMatchObject({ name: 'UsageError', code });
    expect(kettle.calls).toEqual([]);
    expect(changes).toEqual([]);
  });
});
