import type { Experiment } from '@lab/sdk';
import { createUploadDesk } from '../../shared/upload-desk.ts';
import type { UploadRow } from '../../shared/upload-rows.ts';
import { allFollowed, rowOf, servedFacts } from './follow.ts';

/** Another scan of a file that is decided would begin within this time: workers look for work twenty times a second. */
const quietMs = 800;

/**
 * Every upload of the run once more, when all is over: what became of it, and what a customer is given now. And the
 * scanner's own ledger, which no worker can write to.
 */
export const settle: Experiment = {
  id: 'settle',
  title: 'Every upload once more, when all is over',
  phase: 'recover',
  timeoutMs: 40_000,
  attemptsMax: 1,
  run: async (h) => {
    await h.clock.sleep(quietMs);
    const desk = createUploadDesk(h);
    const rows: UploadRow[] = [];
    for (const followed of await allFollowed(h)) {
      const { upload, file } = followed;
      if (upload.id === null) continue;
      // In the name of the shop that sent it, which another experiment may have drawn.
      const look = await desk.look(upload);
      const served = await desk.download(upload, '?variant=original');
      rows.push({
        ...rowOf(followed),
        status: look.status,
        shownSha256: look.sha256,
        ...(await servedFacts(h, file, served)),
      });
    }
    const scans = await h.scanner.scans();
    return {
      reached: true,
      facts: { uploads: rows.length, scans: scans.length },
      tables: [
        { table: 'uploads-at-rest', rows },
        { table: 'scans', rows: scans.map((scan) => ({ ...scan })) },
      ],
    };
  },
};
