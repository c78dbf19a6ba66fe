import { expect, test } from 'vitest';
import { collectLooks, type LockLook, type SeenSession } from './lock-looks.ts';

const report = 10;
const migration = 20;

function looks() {
  return collectLooks({
    role: 'owner',
    isReport: (pid) => pid === report,
    nameOf: (login) => login?.replace('_', '-') ?? 'server',
  });
}

function waiting(pid: number, login: string, blockers: readonly number[], sinceMs: number | null = 100): SeenSession {
  const mode = login === 'owner' ? 'AccessExclusiveLock' : 'RowExclusiveLock';
  return { pid, login, wait: { table: 'public.books', mode, sinceMs, blockers } };
}

const at = (atMs: number, ...sessions: readonly SeenSession[]): LockLook => ({ atMs, sessions });
const idleReport: SeenSession = { pid: report, login: 'owner', wait: null };

test('a writer in the queue stands behind the migration, and the migration behind the report alone', () => {
  const { add, waits, migrationSeen } = looks();
  const queue = [idleReport, waiting(migration, 'owner', [report]), waiting(30, 'api_1', [migration], 150)];
  add(at(200, ...queue));
  add(at(400, ...queue));
  add(at(425, idleReport));
  expect(waits()).toMatchObject([
    { who: 'migration', startMs: 100, endMs: 400, behindMigration: false, behindReport: true },
    { who: 'api-1', startMs: 150, endMs: 400, behindMigration: true, behindReport: false },
  ]);
  expect(migrationSeen()).toEqual({ firstMs: 200, lastMs: 400 });
});

test('who waits for somebody that waits for the migration stands behind it too', () => {
  const { add, waits } = looks();
  add(at(200, waiting(migration, 'owner', [report]), waiting(30, 'api_1', [migration]), waiting(31, 'api_2', [30])));
  expect(waits().map(({ who, behindMigration }) => [who, behindMigration])).toEqual([
    ['migration', false],
    ['api-1', true],
    ['api-2', true],
  ]);
});

test('who waits for another customer does not stand behind the migration', () => {
  const { add, waits } = looks();
  add(at(200, { pid: migration, login: 'owner', wait: null }, waiting(31, 'api_2', [30])));
  expect(waits()).toMatchObject([{ who: 'api-2', behindMigration: false, behindReport: false }]);
});

test('waits of one session that follow each other are several', () => {
  const { add, waits } = looks();
  add(at(200, waiting(migration, 'owner', [report], 150)));
  add(at(900, waiting(migration, 'owner', [report], 880)));
  expect(waits().map(({ startMs, endMs }) => [startMs, endMs])).toEqual([
    [150, 200],
    [880, 900],
  ]);
});

test('a wait whose beginning was not noted yet is the one that is noted a moment later', () => {
  const { add, waits } = looks();
  add(at(200, waiting(migration, 'owner', [report], null)));
  add(at(225, waiting(migration, 'owner', [report], 196)));
  expect(waits().map(({ startMs, endMs }) => [startMs, endMs])).toEqual([[200, 225]]);
});

test('a transaction of the migration is one over many looks, and writes once it has written', () => {
  const { add, transactions } = looks();
  const inOne = (startMs: number, writes: boolean): SeenSession => ({
    pid: migration,
    login: 'owner',
    transaction: { startMs, writes },
    wait: null,
  });
  add(at(200, inOne(190, false)));
  add(at(1_600, inOne(190.4, true), { ...idleReport, transaction: { startMs: 5, writes: false } }));
  add(at(1_700, inOne(1_650, false)));
  expect(transactions()).toEqual([
    { pid: migration, startMs: 190, endMs: 1_600, writes: true },
    { pid: migration, startMs: 1_650, endMs: 1_700, writes: false },
  ]);
});

test('a circle of waiting sessions is looked at once', () => {
  const { add, waits } = looks();
  add(at(200, waiting(30, 'api_1', [31]), waiting(31, 'api_2', [30])));
  expect(waits()).toHaveLength(2);
});
