import type { Experiment } from '@lab/sdk';
import type { UploadRow } from '../../shared/upload-rows.ts';
import { graceSeconds, reconcileMs } from '../limits.ts';
import { allBrought, lookAt } from './bring.ts';

/** Workers look for work twenty times a second. */
const quietMs = 500;
/** A file of this age has been met by the sweeper: it was decided, was old enough, and a round has begun and ended. */
const sweptMs = 3_000 + graceSeconds * 1_000 + reconcileMs * 1.2;
const swept = 'swapped-when-ready';

/**
 * Every upload of the run once more, when all is over: what ShelfWise says of it, and what a customer is given now. And
 * the scanner's own ledger, which no worker can write to.
 */
export const settle: Experiment = {
  id: 'settle',
  title: 'Every upload once more, when all is over',
  phase: 'recover',
  timeoutMs: 40_000,
  attemptsMax: 1,
  run: async (h) => {
    const brought = await allBrought(h);
    const ages = brought.filter(({ experiment }) => experiment === swept).map(({ upload }) => upload.atMs + sweptMs);
    await h.clock.sleep(Math.max(quietMs, ...ages.map((untilMs) => untilMs - h.clock.nowMs())));
    const rows: UploadRow[] = await Promise.all(brought.map((one) => lookAt(h, one, 'at the end')));
    const scans = await h.scanner.scans();
    return {
      reached: true,
      facts: { uploads: rows.length, scans: scans.length },
      tables: [
        { table: 'served-at-rest', rows },
        { table: 'scans', rows: scans.map((scan) => ({ ...scan })) },
      ],
    };
  },
};
