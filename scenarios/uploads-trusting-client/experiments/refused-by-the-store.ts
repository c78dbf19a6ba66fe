import type { Experiment, ExperimentHandle } from '@lab/sdk';
import { sha256Of } from '../../shared/byte-work.ts';
import { type AnnouncedUpload, createUploadDesk } from '../../shared/upload-desk.ts';
import type { UploadRow } from '../../shared/upload-rows.ts';
import { keyOf, wasTaken } from '../../shared/ways-in.ts';
import { imageBytesMax, videoBytesMax } from '../limits.ts';
import { pngOfSize, someMp4, somePng } from './files.ts';
import { type FileToBring, isStored, leftOf } from './follow.ts';

interface Attempt {
  readonly experiment: string;
  readonly group: 'size' | 'key' | 'type' | 'time';
  readonly what: string;
  readonly upload: AnnouncedUpload;
  readonly content: Uint8Array;
  readonly changes?: { readonly key?: string; readonly contentType?: string };
  /** No other file of the run has so many bytes. */
  readonly isOwnSize?: boolean;
}

/** Sends what the store must refuse, and looks into the store for what is left of it. */
export async function tryToSend(h: ExperimentHandle, attempt: Attempt): Promise<UploadRow> {
  const { upload, content, changes = {} } = attempt;
  const sent = await createUploadDesk(h).send(upload, content, changes);
  const keys = [changes.key ?? keyOf(upload.way), sent.key].filter((key) => key !== null);
  const bytes = attempt.isOwnSize === true && content.length > 0 ? content.length : null;
  const left = await leftOf(h, { keys, bytes });
  return { ...factsOf(attempt), expected: 'refused', sent: sent.status, code: sent.code, left: left.length };
}

/** Sends what the store must take, by the same form: refusing everything is no fix. */
export async function sendProperly(
  h: ExperimentHandle,
  attempt: Attempt & { readonly sha256: string },
): Promise<UploadRow> {
  const sent = await createUploadDesk(h).send(attempt.upload, attempt.content);
  const isObject = attempt.upload.way?.kind !== 'parts';
  const isThere = wasTaken(sent) && isObject ? await isStored(h, attempt.content, attempt.sha256) : wasTaken(sent);
  return { ...factsOf(attempt), expected: 'taken', sent: sent.status, code: sent.code, left: isThere ? 1 : 0 };
}

function factsOf({ experiment, group, what, upload, content }: Attempt): UploadRow {
  const { id, operation, atMs } = upload;
  return { experiment, group, what, upload: id, bytes: content.length, operation: operation.id, atMs };
}

async function announced(
  h: ExperimentHandle,
  { kind, contentType, content }: FileToBring,
  change: { readonly bytes?: number; readonly contentType?: string } = {},
): Promise<AnnouncedUpload> {
  const upload = await createUploadDesk(h).announce({ kind, contentType, bytes: content.length, ...change });
  if (upload.id !== null) h.use(upload.id);
  return upload;
}

/** Files that are too large, or empty, by forms for files of the largest size, for small ones, and for films. */
export const wrongSizes: Experiment = {
  id: 'wrong-sizes',
  title: 'Files that are larger than allowed, or empty, are sent to the store',
  phase: 'disturb',
  timeoutMs: 25_000,
  besideOthers: true,
  attemptsMax: 1,
  run: async (h) => {
    const experiment = 'wrong-sizes';
    const small = somePng(h);
    const largest = pngOfSize(h, imageBytesMax);
    const film = someMp4(h, videoBytesMax);
    const sending = async (file: FileToBring, sizes: readonly (readonly [string, number])[]): Promise<UploadRow[]> => {
      const rows: UploadRow[] = [];
      for (const [what, bytes] of sizes) {
        // One form each: what one file leaves must not hide the next.
        const upload = await announced(h, file);
        const content = grown(file.content, bytes);
        const attempt = { experiment, group: 'size', upload } as const;
        rows.push(await tryToSend(h, { ...attempt, what, content, isOwnSize: true }));
        // By the same form: what was refused must not spoil it.
        const proper = { ...attempt, content: file.content, sha256: await sha256Of(file.content) };
        rows.push(await sendProperly(h, { ...proper, what: `the right file, after ${what}` }));
      }
      return rows;
    };
    const rows = await Promise.all([
      sending(largest, [
        ['a picture of one byte more than the largest', imageBytesMax + 1],
        ['a picture of five times the largest size', imageBytesMax * 5],
        ['an empty picture', 0],
      ]),
      sending(small, [
        ['a picture of one byte more than the largest, announced as a small one', imageBytesMax + 1],
        ['an empty picture, announced as a small one', 0],
      ]),
      sending(film, [
        ['a film of one byte more than the largest', videoBytesMax + 1],
        ['an empty film', 0],
      ]),
      asTheyAre(h, largest, imageBytesMax + 1),
      asTheyAre(h, film, videoBytesMax + 1),
      asTheyAre(h, small, 0),
    ]);
    return { reached: true, tables: [{ table: 'submissions', rows: rows.flat() }] };
  },
};

/** Announced as too large or empty: whoever refuses that has signed nothing, and nothing can be sent. */
async function asTheyAre(h: ExperimentHandle, file: FileToBring, bytes: number): Promise<UploadRow[]> {
  const upload = await announced(h, file, { bytes });
  const what = `a file of ${bytes} bytes, announced as it is`;
  const attempt = {
    experiment: 'wrong-sizes',
    group: 'size',
    what,
    upload,
    content: grown(file.content, bytes),
  } as const;
  return [await tryToSend(h, { ...attempt, isOwnSize: true })];
}

/** The file with noise behind it, or cut off. */
function grown(content: Uint8Array, bytes: number): Uint8Array {
  const all = new Uint8Array(bytes).fill(46);
  all.set(content.subarray(0, bytes));
  return all;
}

/** A form is for its own place and its own type. */
export const elsewhere: Experiment = {
  id: 'other-place-or-type',
  title: 'Files are sent to other places than their form names, and as pages',
  phase: 'disturb',
  besideOthers: true,
  attemptsMax: 1,
  run: async (h) => {
    const experiment = 'other-place-or-type';
    const file = somePng(h);
    const [mine, others] = [await announced(h, file), await announced(h, somePng(h))];
    const [first, second] = [await announced(h, file), await announced(h, file)];
    const { content } = file;
    const keys = [
      ['a place of its own choice', `objects/${h.random.integer(1, 1_000_000_000)}/cover.png`],
      ['the place of another upload', keyOf(others.way)],
    ] as const;
    const rows: UploadRow[] = [];
    for (const [what, key] of keys) {
      if (key === null) continue;
      rows.push(await tryToSend(h, { experiment, group: 'key', what, upload: mine, content, changes: { key } }));
    }
    for (const [upload, contentType] of [
      [first, 'text/html'],
      [second, 'image/svg+xml'],
    ] as const) {
      // Whoever sends parts has no say in the type of what they become.
      if (upload.way?.kind === 'parts') continue;
      const what = `a file as ${contentType}`;
      rows.push(await tryToSend(h, { experiment, group: 'type', what, upload, content, changes: { contentType } }));
    }
    for (const contentType of ['text/html', 'image/svg+xml']) {
      // Whoever refuses this has signed nothing.
      const upload = await announced(h, file, { contentType });
      const what = `a file that was announced as ${contentType}`;
      rows.push(await tryToSend(h, { experiment, group: 'type', what, upload, content }));
    }
    for (const group of ['key', 'type'] as const) {
      const upload = group === 'key' ? mine : first;
      const proper = { experiment, group, upload, content, sha256: await sha256Of(content) };
      rows.push(await sendProperly(h, { ...proper, what: 'the right file, to its own place' }));
    }
    return { reached: true, tables: [{ table: 'submissions', rows }] };
  },
};
