import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Testbed } from '@lab/runner';
import { expect, test } from 'vitest';
import { createFakeGround } from '../testing/fake-ground.ts';
import { type Controlled, controlHandlers } from './control-handlers.ts';
import { createPracticeState } from './practice-state.ts';

async function open(state: 'starting' | 'running' | 'stopping') {
  const ground = await createFakeGround();
  const practice = createPracticeState({ scenario: 'stale-tea', workspace: '/w', token: 't', names: ground.names });
  practice.record = { ...practice.record, state };
  // Connections use no more of a testbed than this.
  practice.testbed = ground as unknown as Testbed;
  const handlers = controlHandlers({ state: practice } as Controlled);
  return { handlers, folder: join(ground.runDir, 'parts', 'connect') };
}

test('a session that stands tells how its parts are reached', async () => {
  const { handlers, folder } = await open('running');
  expect(handlers.connections()).toMatchObject({ scenario: 'stale-tea', run: 'r', parts: { length: 13 } });
  expect(existsSync(folder)).toBe(true);
});

test.each([
  ['starting', 'E_STARTING', 'The session is still starting.'],
  ['stopping', 'E_STOPPING', 'The session is stopping.'],
] as const)('one that is %s says so, and writes no secret', async (state, code, message) => {
  const { handlers, folder } = await open(state);
  expect(() => handlers.connections()).toThrow(expect.objectContaining({ name: 'UsageError', code, message }));
  expect(existsSync(folder)).toBe(false);
});
