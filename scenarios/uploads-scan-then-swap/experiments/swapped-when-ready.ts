import type { Experiment, ExperimentHandle } from '@lab/sdk';
import { createUploadDesk } from '../../shared/upload-desk.ts';
import type { UploadRow } from '../../shared/upload-rows.ts';
import { decidedWithinMs } from '../limits.ts';
import { lookAt, servedFacts, swap } from './bring.ts';
import { film } from './files.ts';
import { confirmed } from './scanner-away.ts';
import { confirmedFirst, films, pictures } from './swapped.ts';

const laterMs = 600;

/** The order: it is ready, somebody has its address, and now the form is used once more, and confirmed once more. */
export const swappedWhenReady: Experiment = {
  id: 'swapped-when-ready',
  title: 'A form is used again when its file is ready and customers have its address',
  phase: 'disturb',
  besideOthers: true,
  timeoutMs: 30_000,
  attemptsMax: 2,
  run: async (h) => {
    const pairs = [
      await films(h, 'a film whose form was used again when it was ready', 'second'),
      await pictures(h, 'a picture whose form was used again when it was ready', true),
    ];
    const rows = (await Promise.all(pairs.map((pair) => usedAgain(h, pair)))).flat();
    const reached = rows.length > 0;
    const note = reached ? {} : { note: 'no file became ready' };
    return { reached, ...note, tables: [{ table: 'used-again', rows }] };
  },
};

async function usedAgain(
  h: ExperimentHandle,
  { first, second }: Awaited<ReturnType<typeof films>>,
): Promise<readonly UploadRow[]> {
  const desk = createUploadDesk(h);
  const file = { ...first, expected: 'ready' } as const;
  const brought = await confirmedFirst(h, { first: file, second }, 'swapped-when-ready');
  const { status } = await desk.decided(brought.upload, decidedWithinMs);
  const before = await desk.download(brought.upload, '?variant=original');
  if (status !== 'ready' || before === null || before.status !== 200) return [];
  const swappedBy = await swap(h, brought, second);
  const old = async () => await servedFacts(h, { ...(await h.objects.open(before.url)), url: before.url });
  const rows: UploadRow[] = [];
  const note = async (when: string): Promise<void> => {
    const now = await lookAt(h, brought, when);
    const byOldAddress = await old();
    rows.push({
      ...now,
      ...brought.confirmed,
      ...{ swappedBy, firstSha256: before.sha256 },
      ...{ oldServed: byOldAddress['served'] ?? null, oldSha256: byOldAddress['servedSha256'] ?? null },
    });
  };
  await note('right after its form was used again');
  await desk.confirm(brought.upload);
  // Whoever begins anew is at it by then: another file, which was confirmed later, has been decided.
  const later = await confirmed(
    h,
    await film(h, 'a film that came after one was confirmed again'),
    'swapped-when-ready',
  );
  await desk.decided(later.brought.upload, decidedWithinMs);
  await h.clock.sleep(laterMs);
  await desk.decided(brought.upload, decidedWithinMs);
  await note('after it was confirmed again');
  return rows;
}
