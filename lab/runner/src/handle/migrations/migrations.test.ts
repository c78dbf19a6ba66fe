import type { MigrationEnd, TimelineEvent } from '@lab/sdk';
import { expect, test } from 'vitest';
import type { MigrationGround } from '../../testbed/migration-ground.ts';
import type { openMigrationSite } from './migration-site.ts';
import { createMigrations } from './migrations.ts';

type Site = ReturnType<typeof openMigrationSite>;

const done: MigrationEnd = { exitCode: 0, startMs: 0, endMs: 5, tail: [] };

function setUp(signal = new AbortController().signal) {
  const calls: string[] = [];
  const events: string[] = [];
  let copies = 0;
  const ground = {
    copyDatabase: async () => {
      copies += 1;
      calls.push(`make copy_${copies}`);
      return `copy_${copies}`;
    },
    dropCopy: async (name: string) => void calls.push(`drop ${name}`),
  } as unknown as MigrationGround;
  const release = async (): Promise<void> => void calls.push('report ends');
  const open = (database: string): Site => {
    calls.push(`open ${database}`);
    return {
      begin: async () => ({ startMs: 0, ended: async () => done, kill: async () => done }),
      query: async () => [],
      holdReport: async () => ({ isAlive: async () => true, release, [Symbol.asyncDispose]: release }),
      lockRows: async () => Promise.reject(new Error('not here')),
      rush: async () => Promise.reject(new Error('not here')),
      watchLocks: async () => Promise.reject(new Error('not here')),
      watchStatements: async () => Promise.reject(new Error('not here')),
      [Symbol.asyncDispose]: async () => void calls.push(`close ${database}`),
    };
  };
  const onEvent = ({ name, state, detail }: Omit<TimelineEvent, 'atMs'>): void =>
    void events.push(`${name} ${state} ${detail?.['database']}`);
  const clock = { nowMs: () => 0, sleep: async () => undefined };
  return { calls, events, migrations: createMigrations({ ground, name: 'lab:test', clock, signal, onEvent }, open) };
}

test('nothing is opened before it is used, and the database of the shop once', async () => {
  const { calls, migrations } = setUp();
  expect(calls).toEqual([]);
  expect(migrations.shop).toBe(migrations.shop);
  await migrations.releaseAll();
  expect(calls).toEqual(['open shop', 'close shop']);
});

test('copies are dropped with the attempt, after what runs on them has ended; the shop stays', async () => {
  const { calls, migrations } = setUp();
  await migrations.shop.query('SELECT 1');
  await migrations.copy();
  await migrations.copy();
  await migrations.releaseAll();
  await migrations.releaseAll();
  expect(calls).toEqual([
    'open shop',
    'make copy_1',
    'open copy_1',
    'make copy_2',
    'open copy_2',
    'close shop',
    'close copy_1',
    'drop copy_1',
    'close copy_2',
    'drop copy_2',
  ]);
});

test('the timeline says when a migration began and ended, and when a report was open, once each', async () => {
  const { events, migrations } = setUp();
  const report = await migrations.shop.holdReport(['books']);
  const run = await migrations.shop.begin(['up']);
  await run.ended(1);
  await report.release();
  await report.release();
  expect(events).toEqual(['long-report on shop', 'migration begin shop', 'migration end shop', 'long-report off shop']);
});

test('an attempt that is over makes no more copies', async () => {
  const { migrations } = setUp(AbortSignal.abort(new Error('The attempt is over.')));
  await expect(migrations.copy()).rejects.toThrow('The attempt is over.');
});
