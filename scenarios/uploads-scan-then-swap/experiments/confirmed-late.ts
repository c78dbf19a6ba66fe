import type { Experiment } from '@lab/sdk';
import { createUploadDesk } from '../../shared/upload-desk.ts';
import { decidedWithinMs } from '../limits.ts';
import { lookAt, send, servedFacts, swap } from './bring.ts';
import { films } from './swapped.ts';

/** By then a confirmation has read the row, and asks the store. */
const asksWithinMs = 500;

/**
 * The order: one replica has read that the upload waits for its file, and what it asks the store is held. The other
 * confirms it, and it becomes "ready". Now the file that came in becomes another one, and the first replica's question
 * arrives: whatever it does with the answer, somebody else has decided.
 */
export const confirmedLate: Experiment = {
  id: 'confirmed-late',
  title: 'A confirmation reaches the store when its upload is ready and its form has been used again',
  phase: 'disturb',
  timeoutMs: 30_000,
  attemptsMax: 2,
  run: async (h) => {
    const experiment = 'confirmed-late';
    const [slow, quick] = h.replicas;
    if (slow === undefined || quick === undefined) throw new RangeError('There are no two replicas.');
    const desk = createUploadDesk(h);
    const what = 'a film that was replaced by an infected one while a second confirmation was under way';
    const { first, second } = await films(h, what, 'second');
    const brought = await send(h, { ...first, expected: 'ready' }, experiment);
    const held = await h.links.hold(slow, 's3', 'requests');
    const late = desk.confirm(brought.upload, { replica: slow, client: `late-${brought.upload.id}` });
    await h.clock.sleep(asksWithinMs);
    const { operation } = await desk.confirm(brought.upload, { replica: quick });
    const { status } = await desk.decided(brought.upload, decidedWithinMs);
    const before = await desk.download(brought.upload, '?variant=original');
    const swappedBy = await swap(h, brought, second);
    await held.release();
    await late;
    if (status !== 'ready' || before?.status !== 200) return { reached: false, note: 'no file became ready' };
    const now = await lookAt(h, brought, 'after a late confirmation');
    const old = await servedFacts(h, { ...(await h.objects.open(before.url)), url: before.url });
    const row = {
      ...{ ...now, confirmed: operation.status, confirmOperation: operation.id, swappedBy },
      ...{ firstSha256: before.sha256, oldServed: old['served'] ?? null, oldSha256: old['servedSha256'] ?? null },
    };
    return { reached: true, tables: [{ table: 'used-again', rows: [row] }] };
  },
};
