import type { DatabaseHold, Experiment, ExperimentHandle, RequestResult } from '@lab/sdk';
import { sha256Of } from '../../shared/byte-work.ts';
import { type AnnouncedUpload, createUploadDesk, type UploadDesk } from '../../shared/upload-desk.ts';
import type { UploadRow } from '../../shared/upload-rows.ts';
import { wasTaken } from '../../shared/ways-in.ts';
import { decidedWithinMs } from '../limits.ts';
import { somePng } from './files.ts';
import { allFollowed, rowOf } from './follow.ts';

const confirmations = 20;
const metWithinMs = 1_500;
/** So many sessions that wait or work, and nearly all twenty are past whatever they ask before they write. */
const sessionsWaiting = 12;
const gatheredWithinMs = 800;

/**
 * The order: one confirmation stands inside its COMMIT, so nobody can see it yet, and the others come as far as they can
 * without it. Whoever reads first and writes without a condition has read "pending" twenty times by then. A service that
 * writes nothing when it is told of a file is not met at a commit: then its links are made slow, and it counts when all
 * twenty were under way at one moment.
 */
export const twentyConfirmations: Experiment = {
  id: 'twenty-confirmations',
  title: 'One upload is confirmed twenty times at once, through all replicas',
  phase: 'disturb',
  besideOthers: true,
  timeoutMs: 25_000,
  run: async (h) => {
    const desk = createUploadDesk(h);
    const sentFile = await sendOne(h, desk, 'twenty-confirmations');
    if (sentFile === null) return { reached: false, note: 'the file did not come in' };
    const { upload, sha256 } = sentFile;
    if (h.attempt > 1) await h.links.delay(h.replicas, 's3', { latencyMs: 150, jitterMs: 0 });
    const gate = h.attempt > 1 ? null : await h.database.gateCommits({ mentions: upload.id });
    const asked = Array.from({ length: confirmations }, (_, index) => {
      const replica = h.replicas[index % h.replicas.length];
      const client = `confirming-${index}-${upload.id}`;
      return desk.confirm(upload, replica === undefined ? { client } : { replica, client });
    });
    const met = gate === null ? false : await gather(h, gate);
    await gate?.release();
    const answers = await Promise.all(asked);
    const isTogether = met || overlap(answers);
    await desk.decided(upload, decidedWithinMs);
    // And once more, when all is done.
    answers.push(await desk.confirm(upload));
    const what = met
      ? 'One confirmation stood inside its COMMIT while the others came up to it.'
      : 'All were under way at the same time.';
    const row = { ...answersOf(answers), ...rowOf({ ...sentFile, experiment: 'twenty-confirmations' }), what, sha256 };
    return isTogether
      ? { reached: true, facts: { met, asked: answers.length }, tables: [{ table: 'confirmations', rows: [row] }] }
      : { reached: false, note: 'the confirmations did not meet' };
  },
};

type SentFile = Parameters<typeof rowOf>[0] & { readonly upload: AnnouncedUpload & { readonly id: string } };

async function sendOne(h: ExperimentHandle, desk: UploadDesk, experiment: string): Promise<SentFile | null> {
  const file = somePng(h);
  const { kind, contentType, content } = file;
  const upload = await desk.announce({ kind, contentType, bytes: content.length });
  const { id } = upload;
  if (id === null || !wasTaken(await desk.send(upload, content))) return null;
  h.use(id);
  const followed = { experiment, upload: { ...upload, id }, file, sha256: await sha256Of(content) };
  (await allFollowed(h)).push(followed);
  return followed;
}

/** True when one stands at the gate, and many of the others wait for it. */
async function gather(h: ExperimentHandle, gate: DatabaseHold): Promise<boolean> {
  const first = await gate.firstBlocked(metWithinMs);
  if (first === null) return false;
  const giveUpAtMs = h.clock.nowMs() + gatheredWithinMs;
  let most = 0;
  while (most < sessionsWaiting && h.clock.nowMs() < giveUpAtMs) {
    const busy = await Promise.all(h.replicas.map((replica) => h.database.activeSessions(replica)));
    most = Math.max(
      most,
      busy.reduce((sum, sessions) => sum + sessions, 0),
    );
    await h.clock.sleep(10);
  }
  return most >= sessionsWaiting / 2;
}

function overlap(answers: readonly RequestResult[]): boolean {
  const lastStartMs = Math.max(...answers.map(({ operation }) => operation.startMs));
  return answers.every(({ operation }) => operation.endMs > lastStartMs);
}

function answersOf(answers: readonly RequestResult[]): UploadRow {
  const accepted = answers.filter(({ operation }) => operation.outcome === 'ok');
  const said = accepted.map(({ operation, body }) => `${operation.status} ${JSON.stringify(body)}`);
  const different = [...new Set(said)];
  return {
    asked: answers.length,
    accepted: accepted.length,
    different: different.length,
    one: different[0]?.slice(0, 200) ?? null,
    other: different[1]?.slice(0, 200) ?? null,
    refused: answers.find(({ operation }) => operation.outcome !== 'ok')?.operation.status ?? null,
    confirmOperation: accepted.at(-1)?.operation.id ?? null,
  };
}

const takenUpWithinMs = 5_000;
/** Another worker looks for work twenty times a second. */
const secondWithinMs = 1_200;

/** A worker has the file in hand, its verdict is held, and a client that has waited long enough confirms once more. */
export const confirmedInHand: Experiment = {
  id: 'confirmed-in-hand',
  title: 'An upload is confirmed again while a worker has it in hand',
  phase: 'disturb',
  besideOthers: true,
  timeoutMs: 25_000,
  run: async (h) => {
    const experiment = 'confirmed-in-hand';
    const desk = createUploadDesk(h);
    const sentFile = await sendOne(h, desk, experiment);
    if (sentFile === null) return { reached: false, note: 'the file did not come in' };
    const { upload, sha256 } = sentFile;
    await using hold = await h.scanner.hold({ sha256 });
    const answers = [await desk.confirm(upload)];
    const held = await hold.waitFor({ withinMs: takenUpWithinMs });
    if (held.length === 0) return { reached: false, note: 'nobody had the file scanned' };
    for (const replica of h.replicas) answers.push(await desk.confirm(upload, { replica }));
    const scansHeld = (await hold.waitFor({ count: 2, withinMs: secondWithinMs })).length;
    const { status: statusWhileHeld } = await desk.look(upload);
    const download = await desk.download(upload);
    await hold.release();
    await desk.decided(upload, decidedWithinMs);
    answers.push(await desk.confirm(upload));
    const row = {
      ...answersOf(answers),
      ...rowOf({ ...sentFile, experiment }),
      ...{ what: 'A worker had it in hand: the scanner had every byte and had not answered.', sha256 },
      ...{ scansHeld, statusWhileHeld, servedWhileHeld: download?.status === 200 },
    };
    return { reached: true, tables: [{ table: 'confirmations', rows: [row] }] };
  },
};
