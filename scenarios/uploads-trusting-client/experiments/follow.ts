import type { ExperimentHandle } from '@lab/sdk';
import { holds, sha256Of } from '../../shared/byte-work.ts';
import { kindOf } from '../../shared/sample-files.ts';
import { type AnnouncedUpload, createUploadDesk, type Download } from '../../shared/upload-desk.ts';
import { announcedRow, type Followed, type UploadRow, whenDecided } from '../../shared/upload-rows.ts';
import { type Sent, wasTaken } from '../../shared/ways-in.ts';

/** A file of an experiment, and what is to become of it. */
export interface FileToBring {
  /** For findings, as `a PNG of the largest size`. */
  readonly what: string;
  readonly kind: 'image' | 'video';
  readonly contentType: string;
  readonly content: Uint8Array;
  /**
   * `never`: nobody may be served `page`, or anything at all where there is no picture in it. `either`: it may be
   * served or not, but by no other name than its own.
   */
  readonly expected: 'ready' | 'never' | 'either';
  readonly page?: Uint8Array;
  readonly holdsPicture?: boolean;
  /** A checksum is announced too: its own, or that of another file. */
  readonly checksum?: 'own' | { readonly of: Uint8Array };
}

/** An upload of this run, for a last look at the end. */
export interface FollowedFile extends Followed {
  readonly file: FileToBring;
}

/** Every upload that was followed in this run, by whichever experiment. */
export const allFollowed = (h: ExperimentHandle): Promise<FollowedFile[]> => h.once('uploads-followed', async () => []);

export interface BringOptions {
  readonly experiment: string;
  readonly withinMs: number;
  readonly alsoThumbnail?: boolean;
}

/** Announces a file, sends it, confirms it, waits for its end, and gets it as a customer does: one row of evidence. */
export async function bringIn(h: ExperimentHandle, file: FileToBring, options: BringOptions): Promise<UploadRow> {
  const desk = createUploadDesk(h);
  const { content, kind, contentType } = file;
  const sha256 = await sha256Of(content);
  const checksum = file.checksum === undefined || file.checksum === 'own' ? sha256 : await sha256Of(file.checksum.of);
  const announcement = {
    ...{ kind, contentType, bytes: content.length },
    ...(file.checksum === undefined ? {} : { sha256: checksum }),
  };
  const upload = await desk.announce(announcement);
  (await allFollowed(h)).push({ experiment: options.experiment, upload, file, sha256 });
  if (upload.id !== null) h.use(upload.id);
  const sent = await desk.send(upload, content);
  return await seeThrough(h, { file, upload, sent, sha256 }, options);
}

interface SentFile {
  readonly file: FileToBring;
  readonly upload: AnnouncedUpload;
  readonly sent: Sent;
  readonly sha256: string;
}

/** From where the store has said something: confirmed, decided, and had. */
export async function seeThrough(
  h: ExperimentHandle,
  { file, upload, sent, sha256 }: SentFile,
  { experiment, withinMs, alsoThumbnail = false }: BringOptions,
): Promise<UploadRow> {
  const desk = createUploadDesk(h);
  // Parts are no object until they are joined.
  const inStore = wasTaken(sent) && upload.way?.kind !== 'parts' ? await isStored(h, file.content, sha256) : null;
  const confirmation = wasTaken(sent) ? await desk.confirm(upload) : null;
  const fromMs = h.clock.nowMs();
  const isConfirmed = confirmation?.operation.outcome === 'ok';
  const { look, decidedAfterMs } = isConfirmed
    ? await whenDecided(h, upload, { fromMs, withinMs })
    : { look: null, decidedAfterMs: null };
  const served = isConfirmed ? await desk.download(upload, '?variant=original') : null;
  const thumbnail = alsoThumbnail && isConfirmed ? await desk.download(upload, '?variant=thumbnail') : null;
  return {
    ...rowOf({ experiment, upload, file, sha256 }),
    inStore,
    sent: sent.status,
    sentCode: sent.code,
    sentToStore: sent.url === null ? null : h.objects.isAt(sent.url),
    confirmed: confirmation?.operation.status ?? null,
    confirmOperation: confirmation?.operation.id ?? null,
    status: look?.status ?? null,
    reason: look?.reason ?? null,
    shownType: look?.contentType ?? null,
    decidedAfterMs,
    ...(await servedFacts(h, file, served)),
    thumbnailAs: thumbnail?.headers['content-disposition'] ?? null,
    thumbnail: alsoThumbnail ? kindOf(thumbnail?.content ?? new Uint8Array())?.contentType === 'image/webp' : null,
  };
}

/** What is known from the start. */
export function rowOf(followed: FollowedFile): UploadRow {
  return { ...announcedRow(followed), holdsPicture: followed.file.holdsPicture === true };
}

/** What a customer was given. Where there was no answer, or none with content, there are no facts but that. */
export async function servedFacts(h: ExperimentHandle, file: FileToBring, served: Download | null): Promise<UploadRow> {
  if (served === null || served.status !== 200) return { served: served?.status ?? null, servedSha256: null };
  const [was, is] = [sizeOf(file.content), sizeOf(served.content)];
  return {
    served: served.status,
    servedByStore: h.objects.isAt(served.url),
    servedSha256: served.sha256,
    servedType: served.headers['content-type'] ?? null,
    servedAs: served.headers['content-disposition'] ?? null,
    // By its own first bytes.
    servedKind: kindOf(served.content)?.contentType ?? null,
    // Whoever draws a picture anew keeps its size.
    sameSize: was === is,
    holdsPage: file.page !== undefined && holds(served.content, file.page),
    kept: await isStored(h, served.content, served.sha256),
  };
}

/** As a text to compare; what is no picture has none. */
function sizeOf(content: Uint8Array): string {
  const { width = null, height = null } = kindOf(content) ?? {};
  return `${width} × ${height}`;
}

/** Whether these bytes lie in the store, under whatever key. */
export async function isStored(h: ExperimentHandle, content: Uint8Array, sha256: string): Promise<boolean> {
  const candidates = (await h.objects.list()).filter(({ bytes }) => bytes === content.length);
  for (const { key } of candidates) if ((await h.objects.read(key))?.sha256 === sha256) return true;
  return false;
}

/** The thumbnail of an upload as a row of its own: it leaves the store by another address, and as an attachment too. */
export function thumbnailRow(row: UploadRow): UploadRow {
  const { experiment = null, upload = null, what, operation = null, atMs = null, thumbnailAs = null } = row;
  const type = 'image/webp';
  return {
    ...{ experiment, upload, what: `the thumbnail of ${what}`, operation, atMs, expected: 'either' },
    ...{ status: 'ready', served: 200, servedAs: thumbnailAs, servedKind: type, servedType: type },
  };
}

/** What was left of a file that should not be there: at its key, or as many bytes as nobody else has sent. */
export async function leftOf(
  h: ExperimentHandle,
  wanted: { readonly keys: readonly (string | null)[]; readonly bytes: number | null },
): Promise<readonly string[]> {
  const found = await h.objects.list();
  return found.filter(({ key, bytes }) => wanted.keys.includes(key) || bytes === wanted.bytes).map(({ key }) => key);
}
