import type { Experiment } from '@lab/sdk';
import { createUploadDesk } from '../../shared/upload-desk.ts';
import { leaseMs } from '../limits.ts';
import { lookAt } from './bring.ts';
import { film } from './files.ts';
import { confirmed } from './scanner-away.ts';

const takenUpWithinMs = 4_000;
const takenOverWithinMs = leaseMs * 2 + 2_000;
const stirsMs = 500;

/**
 * The order: a worker has a file scanned and falls asleep; "clean" lies in its socket. The scanner learns of a new
 * virus. Another worker takes the file over and is told of it. Then the first one wakes up, and believes what it reads.
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
    const asleep = await h.processes.pause(scan.caller);
    // Decided before the scanner learns of the virus.
    await hold.release();
    const others = h.workers.filter((worker) => worker !== scan.caller);
    await using _learned = await h.scanner.behave(
      others.map((caller) => ({ caller, sha256, does: { kind: 'reply', text: 'stream: Win.Worm.New-1 FOUND' } })),
    );
    const decided = await createUploadDesk(h).decided(brought.upload, takenOverWithinMs);
    await asleep.release();
    const isRejected = decided.status === 'rejected' || decided.status === 'failed';
    if (!isRejected) return { reached: false, note: `nobody took it over: it was "${decided.status}"` };
    // It is awake when it answers: then it has read what lay in its sockets.
    await h.metrics(scan.caller);
    await h.metrics(scan.caller);
    await h.clock.sleep(stirsMs);
    const row = { ...(await lookAt(h, brought, 'when the first worker was awake')), ...said };
    const facts = { decidedAs: decided.status, met: true };
    return { reached: true, tables: [{ table: 'decisions', rows: [{ ...row, ...facts }] }] };
  },
};
