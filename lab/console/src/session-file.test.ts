import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { processStartTime } from './process-identity.ts';
import {
  claimSession,
  createToken,
  readSession,
  releaseSession,
  type SessionRecord,
  updateSession,
} from './session-file.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'lab-session-'));
});
afterEach(() => {
  rmSync(dir, { recursive: true, force: true });
});

function record(change: Partial<SessionRecord> = {}): SessionRecord {
  return {
    schema: 'lab.session/1',
    state: 'starting',
    run: null,
    labPid: process.pid,
    labStartTime: processStartTime(process.pid) ?? '',
    scenario: 'stale-tea',
    port: null,
    token: createToken(),
    workspace: '/w',
    startedAt: '2026-01-01T00:00:00.000Z',
    parts: [],
    replicas: [],
    ...change,
  };
}

test('a claim is readable by its owner only', () => {
  expect(claimSession(dir, record())).toEqual({ claimed: true, swept: null });
  expect(statSync(join(dir, 'session.json')).mode & 0o777).toBe(0o600);
  expect(readSession(dir)).toMatchObject({ kind: 'running' });
});

test('a second claim is refused and names the holder', () => {
  claimSession(dir, record());
  expect(claimSession(dir, record({ scenario: 'other' }))).toMatchObject({
    claimed: false,
    holder: { scenario: 'stale-tea', labPid: process.pid },
  });
});

test('the file of a dead process is swept', () => {
  claimSession(dir, record({ labPid: 2 ** 22 + 1, labStartTime: '1' }));
  expect(readSession(dir)).toMatchObject({ kind: 'stale' });
  expect(claimSession(dir, record())).toMatchObject({ claimed: true, swept: { labPid: 2 ** 22 + 1 } });
});

test('a pid that was given out again is another process', () => {
  claimSession(dir, record({ labStartTime: 'another time' }));
  expect(readSession(dir)).toMatchObject({ kind: 'stale' });
});

test('a file that is no session is swept', () => {
  writeFileSync(join(dir, 'session.json'), '{"half');
  expect(readSession(dir)).toEqual({ kind: 'stale', record: null });
  expect(claimSession(dir, record())).toEqual({ claimed: true, swept: null });
});

test('a lock left by a killed process does not hold for ever', () => {
  writeFileSync(join(dir, 'session.lock'), '');
  const longAgo = Date.now() / 1_000 - 60;
  utimesSync(join(dir, 'session.lock'), longAgo, longAgo);
  expect(claimSession(dir, record())).toMatchObject({ claimed: true });
});

test('a release leaves nothing, and twice is harmless', () => {
  claimSession(dir, record());
  updateSession(dir, record({ state: 'running' }));
  releaseSession(dir, process.pid);
  releaseSession(dir, process.pid);
  expect(readdirSync(dir)).toEqual([]);
});

test('nobody releases the session of another live process', () => {
  claimSession(dir, record());
  releaseSession(dir, process.pid + 1);
  expect(existsSync(join(dir, 'session.json'))).toBe(true);
});
