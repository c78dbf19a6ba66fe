import type { Experiment, ExperimentHandle, ReplicaName } from '@lab/sdk';
import { createUploadDesk } from '../../shared/upload-desk.ts';
import { leaseMs } from '../limits.ts';
import { lookAt } from './bring.ts';
import { film } from './files.ts';
import { confirmed } from './scanner-away.ts';

const takenUpWithinMs = 4_000;
const takenOverWithinMs = leaseMs * 2 + 2_000;
const readsMs = 500;

/** It answers, so it is awake, and has read what lay in its sockets. */
async function hasRead(h: ExperimentHandle, worker: ReplicaName): Promise<void> {
  await h.metrics(worker);
  await h.metrics(worker);
  await h.clock.sleep(readsMs);
}

/**
 * The order: a worker is told that a file is clean; what it sends the database is held, and it falls asleep. The scanner
 * learns of a new virus. Another worker takes the file over and is told of it. Then the first one wakes up, and what it
 * has sent arrives. Asleep before it has read its verdict, it would find on waking that it has waited too long for it.
 */
export const lateVerdict: Experiment = {
  id: 'late-verdict',
  title: 'A worker wakes up with a clean verdict after another one has rejected the file',
  phase: 'disturb',
  timeoutMs: 30_000,
  attemptsMax: 2,
  run: async (h) => {
    const experiment = 'late-verdict';
    const file = await film(h, 'a film that was rejected while another worker slept', { expected: 'either' });
    const { sha256 } = file;
    const hold = await h.scanner.hold({ sha256 });
    const { brought, said } = await confirmed(h, file, experiment);
    const [scan] = await hold.waitFor({ withinMs: takenUpWithinMs });
    if (scan === undefined) {
      await hold.release();
      return { reached: false, note: 'nobody had the file scanned' };
    }
    // It reads its verdict, and what it makes of it does not leave it.
    const held = await h.links.hold(scan.caller, 'postgres');
    // Decided before the scanner learns of the virus.
    await hold.release();
    const others = h.workers.filter((worker) => worker !== scan.caller);
    await using _learned = await h.scanner.behave(
      others.map((caller) => ({ caller, sha256, does: { kind: 'reply', text: 'stream: Win.Worm.New-1 FOUND' } })),
    );
    await hasRead(h, scan.caller);
    // Whatever else says that it is alive has an end as well.
    const asleep = await h.processes.pause(scan.caller);
    const decided = await createUploadDesk(h).decided(brought.upload, takenOverWithinMs);
    await asleep.release();
    await held.release();
    const isRejected = decided.status === 'rejected' || decided.status === 'failed';
    if (!isRejected) return { reached: false, note: `nobody took it over: it was "${decided.status}"` };
    await hasRead(h, scan.caller);
    const row = { ...(await lookAt(h, brought, 'when the first worker was awake')), ...said };
    const facts = { decidedAs: decided.status, met: true };
    return { reached: true, tables: [{ table: 'decisions', rows: [{ ...row, ...facts }] }] };
  },
};
