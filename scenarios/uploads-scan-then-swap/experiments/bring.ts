import type { ExperimentHandle } from '@lab/sdk';
import { kindOf } from '../../shared/sample-files.ts';
import { type AnnouncedUpload, createUploadDesk, type Download, settled } from '../../shared/upload-desk.ts';
import { announcedRow, type UploadRow, whenDecided } from '../../shared/upload-rows.ts';
import { keyIn, keyOf, type Sent, wasTaken } from '../../shared/ways-in.ts';
import { type FileToBring, holdsVirus, isBroad } from './files.ts';

/** An upload of this run, with the file that it was announced for. */
export interface Brought {
  readonly experiment: string;
  readonly upload: AnnouncedUpload;
  readonly file: FileToBring;
  readonly sent: Sent;
}

/** Every upload of this run, for a last look at the end. */
export const allBrought = (h: ExperimentHandle): Promise<Brought[]> => h.once('uploads-brought', async () => []);

/** Announces a file and sends it. */
export async function send(h: ExperimentHandle, file: FileToBring, experiment: string): Promise<Brought> {
  const desk = createUploadDesk(h);
  const { kind, contentType, content } = file;
  const upload = await desk.announce({ kind, contentType, bytes: content.length });
  if (upload.id !== null) h.use(upload.id);
  const brought = { experiment, upload, file, sent: await desk.send(upload, content) };
  (await allBrought(h)).push(brought);
  return brought;
}

/** Sends another file by what was signed for this one: what the store said. */
export async function swap(h: ExperimentHandle, { upload }: Brought, other: FileToBring): Promise<number | null> {
  return (await createUploadDesk(h).send(upload, other.content)).status;
}

/** Confirmed, decided, and had: a row of `uploads` and one of `served`. */
export async function seeThrough(
  h: ExperimentHandle,
  brought: Brought,
  withinMs: number,
): Promise<readonly [UploadRow, UploadRow]> {
  const confirmation = wasTaken(brought.sent) ? await createUploadDesk(h).confirm(brought.upload) : null;
  const { operation } = confirmation ?? {};
  const said: UploadRow = { confirmed: operation?.status ?? null, confirmOperation: operation?.id ?? null };
  return await seeDecided(h, { ...brought, said }, { fromMs: h.clock.nowMs(), withinMs });
}

/** From where it was confirmed, or from where nothing was wrong any more. */
export async function seeDecided(
  h: ExperimentHandle,
  { said, ...brought }: Brought & { readonly said: UploadRow },
  { fromMs, withinMs }: { readonly fromMs: number; readonly withinMs: number },
): Promise<readonly [UploadRow, UploadRow]> {
  const { upload, sent } = brought;
  const isConfirmed = typeof said['confirmed'] === 'number' && said['confirmed'] < 300;
  const decidedAfterMs = isConfirmed ? (await whenDecided(h, upload, { fromMs, withinMs })).decidedAfterMs : null;
  const served = await lookAt(h, brought, 'when it was decided');
  const came = { sent: sent.status, sentCode: sent.code, ...said, decidedAfterMs };
  return [
    { ...served, ...came, thumbnail: null },
    { ...served, ...said },
  ];
}

function rowOf({ experiment, upload, file }: Omit<Brought, 'sent'>): UploadRow {
  return announcedRow({ experiment, upload, file, sha256: file.sha256 });
}

/** What ShelfWise says of it and what a customer is given at this moment. A row of `served`. */
export async function lookAt(h: ExperimentHandle, brought: Brought, when: string): Promise<UploadRow> {
  const { upload, file } = brought;
  const base = { ...rowOf(brought), when };
  if (upload.id === null) return { ...base, status: null, reason: null, served: null, servedSha256: null };
  const desk = createUploadDesk(h);
  const { status, reason, sha256: shownSha256 } = await desk.look(upload);
  const served = await desk.download(upload, '?variant=original');
  // Only where something is served: what is not ready has none, and asking costs time.
  const drawn = file.kind === 'image' && served?.status === 200;
  const thumbnail = drawn ? await desk.download(upload, '?variant=thumbnail&format=jpeg') : null;
  const facts = { status, reason, shownSha256, ...(await servedFacts(h, served)) };
  const { width = null, height = null } = kindOf(served?.content ?? new Uint8Array()) ?? {};
  // Whoever draws a picture anew keeps its size.
  const sameSize = served?.status === 200 && width === file.width && height === file.height;
  return { ...base, ...facts, sameSize, thumbnailBroad: broadness(thumbnail), servedBroad: broadness(served) };
}

/** What a customer was given. Where there was no answer, or none with content, there are no facts but that. */
export async function servedFacts(h: ExperimentHandle, served: Download | null): Promise<UploadRow> {
  if (served === null || served.status !== 200) return { served: served?.status ?? null, servedSha256: null };
  const key = keyIn(served.url);
  return {
    served: served.status,
    servedSha256: served.sha256,
    servedKind: kindOf(served.content)?.contentType ?? null,
    holdsVirus: holdsVirus(h, served.content),
    // By the lab's own account, whatever the address says.
    storedSha256: key === null ? null : ((await h.objects.read(key))?.sha256 ?? null),
  };
}

function broadness(download: Download | null): boolean | null {
  const kind = download?.status === 200 ? kindOf(download.content) : null;
  return kind === null ? null : isBroad(kind);
}

/** Keys under which these bytes lie in the store, but for that of the form. */
export async function copiesOf(h: ExperimentHandle, { upload, file }: Brought): Promise<readonly string[]> {
  const own = keyOf(upload.way);
  const candidates = (await h.objects.list()).filter(({ key, bytes }) => key !== own && bytes === file.content.length);
  const found: string[] = [];
  for (const { key } of candidates) if ((await h.objects.read(key))?.sha256 === file.sha256) found.push(key);
  return found;
}

/** Looks again and again, until it is decided or so long: whether it was ever "ready", or to be had. */
export async function watch(
  h: ExperimentHandle,
  { upload }: Brought,
  { forMs, untilDecided = false }: { readonly forMs: number; readonly untilDecided?: boolean },
): Promise<UploadRow> {
  const desk = createUploadDesk(h);
  const untilMs = h.clock.nowMs() + forMs;
  for (;;) {
    const { status, reason } = await desk.look(upload);
    const isOver = h.clock.nowMs() >= untilMs || (untilDecided && settled.has(status));
    if (status === 'ready' || isOver) {
      const served = await desk.download(upload, '?variant=original');
      return { statusDuring: status, reasonDuring: reason, servedDuring: served?.status === 200 };
    }
    await h.clock.sleep(pollMs);
  }
}

const pollMs = 100;
