import type { Experiment, ExperimentHandle } from '@lab/sdk';
import { sha256Of } from '../../shared/byte-work.ts';
import { createUploadDesk } from '../../shared/upload-desk.ts';
import type { UploadRow } from '../../shared/upload-rows.ts';
import { keyOf, notSent, wasTaken } from '../../shared/ways-in.ts';
import { clearedAfterMs, decidedWithinMs, formSeconds, formSecondsMin } from '../limits.ts';
import { somePng } from './files.ts';
import { allFollowed, type FollowedFile, isStored, leftOf, rowOf, seeThrough } from './follow.ts';
import { sendProperly, tryToSend } from './refused-by-the-store.ts';

const experiment = 'late-forms';
/** A signature names whole seconds, and two clocks are compared: those of ShelfWise and of the store. */
const lateMs = 1_500;
const pollMs = 150;

/**
 * Time is forced by waiting here, and by nothing else: four forms are signed at the start, and each meets its own
 * moment, counted from before ShelfWise was asked for it.
 */
export const lateForms: Experiment = {
  id: experiment,
  title: 'Forms are used in time, too late, and never confirmed',
  phase: 'disturb',
  timeoutMs: 30_000,
  besideOthers: true,
  attemptsMax: 2,
  run: async (h) => {
    // Whatever takes time of our own comes before the first form is signed.
    const inTime = await prepared(h, `a file that came ${formSecondsMin} s after it was announced`);
    const late = await prepared(h, 'a file that came after its form had ended');
    const unconfirmed = await prepared(h, 'a file that was sent and never confirmed');
    const missing = await prepared(h, 'a file that never came');
    const [taken, refused, ...ends] = await Promise.all([
      usedInTime(h, await announced(h, inTime)),
      usedTooLate(h, await announced(h, late)),
      sentAndForgotten(h, await announced(h, unconfirmed)),
      forgotten(h, await announced(h, missing)),
    ]);
    if (taken.isLate) return { reached: false, note: 'this machine stood still while a file was to come in time' };
    return {
      reached: true,
      tables: [
        { table: 'submissions', rows: [taken.submission, refused] },
        { table: 'uploads', rows: [taken.upload] },
        { table: 'upload-ends', rows: ends },
      ],
    };
  },
};

type Prepared = Pick<FollowedFile, 'file' | 'sha256'>;

async function prepared(h: ExperimentHandle, what: string): Promise<Prepared> {
  const file = somePng(h, what);
  return { file, sha256: await sha256Of(file.content) };
}

async function announced(h: ExperimentHandle, { file, sha256 }: Prepared): Promise<FollowedFile> {
  const { kind, contentType, content } = file;
  const desk = createUploadDesk(h);
  // Parts have an address each, which is good for as long as a form: what is signed now is what is used later.
  const upload = await desk.signAhead(await desk.announce({ kind, contentType, bytes: content.length }));
  if (upload.id !== null) h.use(upload.id);
  return { experiment, upload, file, sha256 };
}

const until = (h: ExperimentHandle, atMs: number): Promise<void> => h.clock.sleep(Math.max(0, atMs - h.clock.nowMs()));

async function usedInTime(
  h: ExperimentHandle,
  followed: FollowedFile,
): Promise<{ readonly submission: UploadRow; readonly upload: UploadRow; readonly isLate: boolean }> {
  const { upload, file, sha256 } = followed;
  await until(h, upload.atMs + formSecondsMin * 1_000);
  const { what, content } = file;
  const submission = await sendProperly(h, { experiment, group: 'time', what, upload, content, sha256 });
  // A form that was signed in the last moment of a second is good for one second less.
  const isOver = h.clock.nowMs() - upload.atMs > (formSeconds - 1) * 1_000;
  const sent = { ...notSent, status: typeof submission['sent'] === 'number' ? submission['sent'] : null };
  (await allFollowed(h)).push(followed);
  const row = await seeThrough(h, { file, upload, sent, sha256 }, { experiment, withinMs: 2 * decidedWithinMs });
  return { submission, upload: row, isLate: isOver && !wasTaken(sent) };
}

async function usedTooLate(h: ExperimentHandle, { upload, file }: FollowedFile): Promise<UploadRow> {
  await until(h, upload.atMs + formSeconds * 1_000 + lateMs);
  const { what, content } = file;
  return await tryToSend(h, { experiment, group: 'time', what, upload, content });
}

async function sentAndForgotten(h: ExperimentHandle, followed: FollowedFile): Promise<UploadRow> {
  const { status } = await createUploadDesk(h).send(followed.upload, followed.file.content);
  return { ...(await endOf(h, followed)), sent: status };
}

async function forgotten(h: ExperimentHandle, followed: FollowedFile): Promise<UploadRow> {
  return { ...(await endOf(h, followed)), sent: null };
}

/** Waits until nothing of it is left and it waits no longer, as long as that may take; then it is confirmed. */
async function endOf(h: ExperimentHandle, followed: FollowedFile): Promise<UploadRow> {
  const { upload, file, sha256 } = followed;
  const desk = createUploadDesk(h);
  const endedAtMs = upload.atMs + formSeconds * 1_000;
  await until(h, endedAtMs);
  for (;;) {
    const { status } = await desk.look(upload);
    const left = await leftOf(h, { keys: [keyOf(upload.way)], bytes: null });
    // A service that forgets the upload altogether has ended it too.
    const isOver = status !== 'pending' && left.length === 0 && !(await isStored(h, file.content, sha256));
    const afterMs = Math.round(h.clock.nowMs() - endedAtMs);
    if (isOver || afterMs >= clearedAfterMs) {
      const confirmed = (await desk.confirm(upload)).operation;
      const facts = { status, left: isOver ? 0 : Math.max(1, left.length), isOver, afterMs };
      return { ...rowOf(followed), ...facts, confirmed: confirmed.status };
    }
    await h.clock.sleep(pollMs);
  }
}
