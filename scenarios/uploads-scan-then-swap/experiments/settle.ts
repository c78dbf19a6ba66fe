import type { Experiment } from '@lab/sdk';
import type { UploadRow } from '../../shared/upload-rows.ts';
import { allBrought, lookAt } from './bring.ts';

/** Workers look for work twenty times a second. */
const quietMs = 500;

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
    await h.clock.sleep(quietMs);
    const rows: UploadRow[] = await Promise.all(
      (await allBrought(h)).map((brought) => lookAt(h, brought, 'at the end')),
    );
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
