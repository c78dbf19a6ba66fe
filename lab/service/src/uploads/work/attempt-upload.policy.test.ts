import { randomUUID } from 'node:crypto';
import { Registry } from 'prom-client';
import { expect, test, vi } from 'vitest';
import { ProblemError } from '../../platform/problem.ts';
import { type LogLine, recordingLog } from '../../testing/recording-log.ts';
import { ScannerError } from '../scan/scanner.ts';
import type { ObjectStore } from '../store/object-store.ts';
import { incomingKey, originalKey } from '../upload-keys.ts';
import { createUploadMetrics } from '../upload-metrics.ts';
import { createAttemptUpload } from './attempt-upload.ts';
import type { ProcessUpload } from './process-upload.ts';
import type { ClaimedUpload, Settlement, UploadClaims } from './upload-claims.ts';

const READY: Settlement = {
  status: 'ready',
  content: { sha256: 'ab'.repeat(32), contentType: 'image/png', width: 1, height: 1, variants: [] },
};

function rig(process: ProcessUpload, upload: Partial<ClaimedUpload> = {}, isMine = true) {
  const claimed: ClaimedUpload = {
    tenantId: randomUUID(),
    uploadId: randomUUID(),
    claim: randomUUID(),
    kind: 'image',
    bytes: 10,
    announcedSha256: null,
    etag: '"e"',
    attempts: 0,
    silentClaims: 1,
    ageSeconds: 0,
    requestId: 'request',
    ...upload,
  };
  const ends: object[] = [];
  const removed: string[] = [];
  const logs: LogLine[] = [];
  const claims = {
    keep: async () => isMine,
    async giveBack(_upload: unknown, pause: object) {
      ends.push(pause);
      return isMine;
    },
    async settle(_upload: unknown, settlement: object) {
      ends.push(settlement);
      return isMine;
    },
  } as unknown as UploadClaims;
  const store = { remove: async (keys: readonly string[]) => void removed.push(...keys) } as unknown as ObjectStore;
  const metrics = createUploadMetrics(new Registry());
  const settings = { leaseMs: 30, retryMs: 1_000, attemptsMax: 3, giveUpSeconds: 100 };
  const parts = { claims, process, store, metrics, log: recordingLog(logs), settings, random: () => 0.5 };
  const attempt = createAttemptUpload(parts);
  const stopping = new AbortController();
  return { claimed, ends, removed, logs, stopping, run: () => attempt(claimed, stopping.signal) };
}

const throwing = (error: unknown) => async () => {
  throw error;
};

test('what is ready keeps its objects, and the file that came in goes', async () => {
  const { claimed, ends, removed, run } = rig(async () => READY);
  await run();
  expect(ends).toEqual([READY]);
  expect(removed).toEqual([incomingKey(claimed.tenantId, claimed.uploadId)]);
});

test('what is rejected keeps nothing', async () => {
  const { claimed, removed, run } = rig(async () => ({ status: 'rejected', reason: 'infected' }));
  await run();
  expect(removed).toContain(incomingKey(claimed.tenantId, claimed.uploadId));
  expect(removed).toContain(originalKey(claimed));
});

test('of a lost claim nothing is removed: another may serve from these objects', async () => {
  const settled = rig(async () => READY, {}, false);
  await settled.run();
  const failed = rig(throwing(new Error('a bug')), {}, false);
  await failed.run();
  expect([...settled.removed, ...failed.removed]).toEqual([]);
  expect(settled.logs.at(-1)?.fields).toMatchObject({ outcome: 'lost-claim' });
});

test.each([new ScannerError('away'), new ProblemError('STORE_UNAVAILABLE')])(
  'an outage (%s) does not count, and the pause stays short',
  async (error) => {
    const { ends, run } = rig(throwing(error), { attempts: 2 });
    await run();
    expect(ends).toEqual([{ ms: 1_000, counted: false }]);
  },
);

test('an outage that lasts too long is given up', async () => {
  const { ends, run } = rig(throwing(new ScannerError('away')), { ageSeconds: 101 });
  await run();
  expect(ends).toEqual([{ status: 'failed', reason: 'given-up' }]);
});

test('other failures count, with growing pauses, and the last one is the end', async () => {
  for (const [attempts, end] of [
    [0, { ms: 1_000, counted: true }],
    [1, { ms: 2_000, counted: true }],
    [2, { status: 'failed', reason: 'attempts-exhausted' }],
  ] as const) {
    const { ends, run } = rig(throwing(new Error('a bug')), { attempts });
    await run();
    expect(ends).toEqual([end]);
  }
});

test('a file that ended three workers is not tried by a fourth', async () => {
  const process = vi.fn(async () => READY);
  const { ends, run } = rig(process, { silentClaims: 4 });
  await run();
  expect(process).not.toHaveBeenCalled();
  expect(ends).toEqual([{ status: 'failed', reason: 'crashed' }]);
});

test('work in hand when the worker stops is due again at once, and nobody is blamed', async () => {
  const untilAborted: ProcessUpload = (_upload, signal) =>
    new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('aborted'))));
  const { ends, stopping, run } = rig(untilAborted, { attempts: 2 });
  const done = run();
  stopping.abort();
  await done;
  expect(ends).toEqual([{ ms: 0, counted: false }]);
});

test('a claim that is lost ends the work', async () => {
  const untilAborted: ProcessUpload = (_upload, signal) =>
    new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('aborted'))));
  const { run } = rig(untilAborted, {}, false);
  await run();
});

test('each line names the request, the tenant and the upload', async () => {
  const { claimed, logs, run } = rig(async () => ({ status: 'rejected', reason: 'infected' }));
  await run();
  expect(logs.at(-1)).toMatchObject({
    level: 'info',
    fields: {
      requestId: 'request',
      tenant: claimed.tenantId,
      uploadId: claimed.uploadId,
      outcome: 'rejected',
      reason: 'infected',
    },
  });
});
