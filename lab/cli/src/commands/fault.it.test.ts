import type { ControlServer } from '@lab/console';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createSessionFaults, type SessionFaults } from '../session/faults.ts';
import { createFakeFaults, type FakeFaults } from '../testing/fake-faults.ts';
import { createFakeLab, type FakeLab, runFake } from '../testing/fake-services.ts';
import { startFakeSession } from '../testing/fake-session.ts';
import { fitting } from '../testing/fits-schema.ts';

// The command, the control API and the session's handlers are real; what they disturb is not.

let lab: FakeLab;
let fake: FakeFaults;
let faults: SessionFaults;
let server: ControlServer;

beforeEach(async () => {
  fake = createFakeFaults();
  const base = await createFakeLab();
  lab = { ...base, services: { ...base.services, faults: async () => fake.module } };
  faults = createSessionFaults({
    faults: fake.module,
    ground: fake.ground,
    scenario: 'stale-tea',
    isPaused: () => false,
    events: () => null,
    reporter: { say: () => undefined, warn: () => undefined },
    onProcesses: () => undefined,
  });
  server = await startFakeSession(lab, {
    faults: () => faults.document(),
    changeFaults: (change) => faults.change(change),
  });
});
afterEach(() => faults[Symbol.dispose]());

const on = 'fault on kettle-on --target kitchen';

describe('lab fault on', () => {
  test('puts it on, with its parameters, for its time', async () => {
    const { exit, out } = await runFake(lab, `${on} --set latencyMs=90 --set jitterMs=5 --for 2m`);
    expect([exit, out]).toEqual([0, 'kettle-on on kitchen is on for 2 min 0 s: 90 °C.\n']);
    expect(fake.calls).toEqual(['on kitchen 90']);
    expect(faults.active()).toMatchObject([{ parameters: { latencyMs: 90, jitterMs: 5 } }]);
  });

  test('lasts half a minute where no time is given', async () => {
    const { out } = await runFake(lab, `${on} --json`);
    expect(fitting('lab.fault-on.1', out)).toMatchObject({ forMs: 30_000, measured: '90 °C' });
  });

  test.each([
    ['fault on ketle-on --target kitchen', 'Did you mean kettle-on?'],
    ['fault on', 'npx lab fault list'],
    ['fault on kettle-on', '--target takes kitchen, office'],
    [`${on} --set latencyMs`, '--set takes name=value'],
    [`${on} --set latency=9`, 'it has latencyMs, jitterMs'],
    [`${on} --set latencyMs=slow`, 'takes a whole number from 10 to 60000, not "slow"'],
    [`${on} --for 11m`, 'lasts from 1 to 600 seconds, not 660'],
    [`${on} --for soon`, '--for takes a duration'],
    [`${on} --all`, 'lab fault on takes no --all'],
    ['fault on pan-on --target kitchen', 'there is no pan'],
    ['fault onn kettle-on', 'Did you mean npx lab fault on?'],
  ])('as "lab %s" exits 64, says %s, and does nothing', async (line, text) => {
    const { exit, err } = await runFake(lab, line);
    expect(exit, err).toBe(64);
    expect(err).toContain(text);
    expect(fake.calls).toEqual([]);
  });

  test('twice is refused by the session, with the way out', async () => {
    await runFake(lab, on);
    const { exit, out } = await runFake(lab, `${on} --json`);
    expect(exit).toBe(64);
    expect(JSON.parse(out)).toMatchObject({ error: { code: 'E_FAULT_CONFLICT', hint: 'npx lab fault off kettle-on' } });
  });
});

describe('lab fault off', () => {
  test('ends the only one without a name', async () => {
    await runFake(lab, on);
    const { exit, out } = await runFake(lab, 'fault off');
    expect([exit, out]).toEqual([0, 'kettle-on on kitchen is over: 20 °C.\n']);
  });

  test('asks which of several, and ends all with --all', async () => {
    await runFake(lab, on);
    await runFake(lab, 'fault on kettle-on --target office');
    const which = await runFake(lab, 'fault off');
    expect(which.exit).toBe(64);
    expect(which.err).toContain('kettle-on (kitchen), kettle-on (office)');
    const { out } = await runFake(lab, 'fault off --all --json');
    expect(fitting('lab.fault-off.1', out)).toMatchObject({ ended: [{ target: 'kitchen' }, { target: 'office' }] });
  });

  test('with none on says so', async () => {
    expect(await runFake(lab, 'fault off --all')).toMatchObject({ exit: 0, out: 'No fault is on.\n' });
    expect((await runFake(lab, 'fault off kettle-on')).exit).toBe(64);
  });
});

describe('lab fault list', () => {
  test('shows parameters with defaults, targets, and why something is not there', async () => {
    const { out } = await runFake(lab, 'fault list');
    expect(out.split('\n')).toEqual([
      'kettle-on  The kettle is on',
      '  latencyMs=200 jitterMs=0',
      '  --target kitchen, office',
      'pan-on  The kettle is on',
      '  latencyMs=200 jitterMs=0',
      '  not available: there is no pan',
      '',
    ]);
  });

  test('has those that are on, and the same as a document', async () => {
    await runFake(lab, on);
    const { out } = await runFake(lab, 'fault list --json');
    expect(fitting('lab.fault-list.1', out)).toMatchObject({
      running: true,
      active: [{ id: 'kettle-on', state: 'on' }],
    });
  });

  test('of one fault tells what its parameters take', async () => {
    const { out } = await runFake(lab, 'fault list kettle-on');
    expect(out).toContain('--set latencyMs=200  how late an answer is; a whole number from 10 to 60000');
  });
});

test('a session that does not answer exits 69', async () => {
  await server[Symbol.asyncDispose]();
  expect((await runFake(lab, on)).exit).toBe(69);
});
