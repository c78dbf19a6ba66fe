import type { Experiment, ExperimentHandle } from '@lab/sdk';
import { sha256Of } from '../../shared/byte-work.ts';
import { experimentTenants } from '../../shared/tenants.ts';
import { createUploadDesk } from '../../shared/upload-desk.ts';
import type { UploadRow } from '../../shared/upload-rows.ts';
import { decidedWithinMs } from '../limits.ts';
import { pngOfSize, somePng } from './files.ts';
import { allFollowed, type FileToBring, type FollowedFile, rowOf, seeThrough } from './follow.ts';

const experiment = 'early-confirmations';

/**
 * Nobody races here: what the store has is settled before each confirmation is sent, so the answer can only be right or
 * wrong. Afterwards the right file is sent by the same form, and confirmed: a client that asked too early must not lose
 * its upload for it.
 */
export const earlyConfirmations: Experiment = {
  id: experiment,
  title: 'Uploads are confirmed without a file, with another one, and with that of another upload',
  phase: 'disturb',
  besideOthers: true,
  timeoutMs: 30_000,
  attemptsMax: 1,
  run: async (h) => {
    // Alone at first: nothing else of that shop is on its way meanwhile.
    const rows = await besideItsTwin(h);
    const others = await Promise.all([
      confirmedWith(h, { what: 'nothing had been sent', file: somePng(h) }),
      confirmedWith(h, { what: 'a shorter file had been sent', file: pngOfSize(h, 20_000), sent: 9_999 }),
      confirmedWith(h, { what: 'a longer file had been sent', file: pngOfSize(h, 20_000), sent: 40_001 }),
    ]);
    return {
      reached: true,
      tables: [
        { table: 'early-confirmations', rows: [rows.early, ...others.map(({ early }) => early)] },
        { table: 'uploads', rows: [...rows.later, ...others.flatMap(({ later }) => later)] },
      ],
    };
  },
};

/**
 * Two uploads of the same length and type, of a shop that does nothing else in this run: only the file of the first is
 * there when the second is confirmed. Whatever is asked about "the file of this shop", the answer is the first.
 */
async function besideItsTwin(h: ExperimentHandle): Promise<Confirmed> {
  const tenant = experimentTenants(h.seed).at(-1);
  const file = pngOfSize(h, h.random.integer(5_000, 9_000));
  const twin = pngOfSize(h, file.content.length, 'a file beside its twin');
  const first = await announced(h, twin, tenant);
  const sent = await createUploadDesk(h).send(first.upload, twin.content);
  const what = 'only the file of another upload, of the same length and type, had been sent';
  const tried = await confirmTooEarly(h, { what, file, ...(tenant === undefined ? {} : { tenant }) });
  // Both at once: the first one's row would end while the other is waited for.
  const later = await Promise.all([
    sendThen(h, tried, what),
    seeThrough(h, { ...first, sent }, { experiment, withinMs: decidedWithinMs }),
  ]);
  return { early: tried.early, later };
}

async function announced(h: ExperimentHandle, file: FileToBring, tenant?: string): Promise<FollowedFile> {
  const { kind, contentType, content } = file;
  const sha256 = await sha256Of(content);
  const upload = await createUploadDesk(h, tenant).announce({ kind, contentType, bytes: content.length });
  if (upload.id !== null) h.use(upload.id);
  const followed = { experiment, upload, file, sha256 };
  (await allFollowed(h)).push(followed);
  return followed;
}

interface EarlyConfirmation {
  readonly what: string;
  readonly file: FileToBring;
  /** Bytes of another file that is sent first; nothing where it is left out. */
  readonly sent?: number;
  readonly tenant?: string;
}

interface Confirmed {
  readonly early: UploadRow;
  /** What became of it when the right file was sent. */
  readonly later: readonly UploadRow[];
}

async function confirmedWith(h: ExperimentHandle, confirmation: EarlyConfirmation): Promise<Confirmed> {
  const tried = await confirmTooEarly(h, confirmation);
  return { early: tried.early, later: [await sendThen(h, tried, confirmation.what)] };
}

interface Tried {
  readonly early: UploadRow;
  readonly followed: FollowedFile;
}

async function confirmTooEarly(
  h: ExperimentHandle,
  { what, file, sent: otherBytes, tenant }: EarlyConfirmation,
): Promise<Tried> {
  const desk = createUploadDesk(h);
  const other = otherBytes === undefined ? null : pngOfSize(h, otherBytes).content;
  const followed = await announced(h, file, tenant);
  const { upload } = followed;
  const wasSent = other === null ? null : await desk.send(upload, other);
  const { operation } = await desk.confirm(upload);
  const { status: statusAfter } = await desk.look(upload);
  const early = {
    ...rowOf({ ...followed, file: { ...file, what } }),
    sent: wasSent?.status ?? null,
    confirmed: operation.status,
    confirmOperation: operation.id,
    statusAfter,
  };
  return { early, followed };
}

/** The right file, by the same form, and another confirmation. */
async function sendThen(h: ExperimentHandle, { followed }: Tried, when: string): Promise<UploadRow> {
  const { upload, file } = followed;
  const sent = await createUploadDesk(h).send(upload, file.content);
  const named = { ...file, what: `a file that was sent after it had been confirmed when ${when}` };
  return await seeThrough(h, { ...followed, file: named, sent }, { experiment, withinMs: decidedWithinMs });
}
