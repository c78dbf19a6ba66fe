import type { ExperimentHandle, ObjectContent, RequestSpec, Scan, SignedForm } from '@lab/sdk';
import { holds } from '../byte-work.ts';
import { isRecord } from '../json.ts';
import { kindOf } from '../sample-files.ts';
import { type Answer, fakeHandle } from './fake-handle.ts';
import { hashOf } from './hash-of.ts';
import { steppedClock } from './stepped-clock.ts';

interface Limits {
  readonly imageBytesMax: number;
  readonly videoBytesMax: number;
  /** When its forms end, and when what nobody confirms is cleared away after that. */
  readonly formMs: number;
  readonly clearedAfterMs: number;
}

/** What this ShelfWise does not do as it should. */
export interface Wrongs {
  /** The store takes any length. */
  readonly anySize?: boolean;
  /** Signs whatever is announced. */
  readonly anyAnnouncement?: boolean;
  readonly anyPlace?: boolean;
  readonly anyType?: boolean;
  readonly anyTime?: boolean;
  /** Confirms without a look. */
  readonly unseen?: boolean;
  /** Each confirmation starts the work anew, with an answer of its own. */
  readonly anew?: boolean;
  /** Whatever begins as a picture is one; `all`: and whatever does not. */
  readonly content?: 'beginning' | 'all';
  readonly inline?: boolean;
  readonly stays?: boolean;
  /** Does not wait for the scanner, or does not heed it. */
  readonly scanner?: 'not-awaited' | 'not-heeded';
  /** Where files are sent. */
  readonly storeUrl?: string;
}

interface Upload {
  readonly id: string;
  readonly key: string;
  readonly contentType: string;
  readonly bytes: number;
  readonly sha256: string | null;
  readonly atMs: number;
  status: string;
  confirmations: number;
}

/** A small ShelfWise with its store and scanner, right in everything but its wrongs, and a clock that only sleep moves. */
export function fakeUploads({ formMs, clearedAfterMs, ...limits }: Limits, wrongs: Wrongs = {}) {
  const uploads = new Map<string, Upload>();
  const objects = new Map<string, ObjectContent>();
  const scans: Scan[] = [];
  const clock = steppedClock();
  const fake = fakeHandle({
    answer: (spec) => answerTo(spec),
    objects: () => Object.fromEntries(objects),
    store: (form, file, changes) => take(form, file, changes),
    open: (url) => serve(new URL(url).pathname.slice(1)),
    scans: () => scans,
  });
  const holdNothing = { release: async () => undefined, [Symbol.asyncDispose]: async () => undefined };
  /** What goes on when the verdict on these bytes is let go. */
  const held = new Map<string, (() => void)[]>();
  let integers = 0;
  const h: ExperimentHandle = {
    ...fake.h,
    clock,
    // Each number is another one, so that no two files are the same.
    random: {
      ...fake.h.random,
      integer: (min, max) => {
        integers += 1;
        return min + (integers % (max - min + 1));
      },
    },
    objects: { ...fake.h.objects, isAt: (url) => url.startsWith('http://store.example') },
    links: { ...fake.h.links, limit: async () => holdNothing, delay: async () => holdNothing },
    database: {
      ...fake.h.database,
      gateCommits: async () => ({ ...holdNothing, blocks: async () => true, firstBlocked: async () => 'api-1' }),
      activeSessions: async () => 10,
    },
    scanner: {
      ...fake.h.scanner,
      testVirus: () => new TextEncoder().encode('VIRUS-OF-A-TEST'),
      hold: async ({ sha256 = '' } = {}) => {
        const waiting: (() => void)[] = [];
        held.set(sha256, waiting);
        const release = async (): Promise<void> => {
          held.delete(sha256);
          for (const end of waiting.splice(0)) end();
        };
        const waitFor = async () => scans.filter((scan) => scan.sha256 === sha256) as never;
        return { waitFor, release, [Symbol.asyncDispose]: release };
      },
    },
  };
  return { h };

  function answerTo({ method, path, body }: RequestSpec): Answer {
    sweep();
    const [, id = '', action = ''] = /^\/v2\/uploads\/?([^/?]*)\/?([a-z]*)/.exec(path) ?? [];
    if (id === '') return isRecord(body) ? announce(body) : { status: 400, outcome: 'fail' };
    const upload = uploads.get(id);
    if (upload === undefined) return { status: 404, outcome: 'fail' };
    if (method === 'POST') return confirm(upload);
    if (action === 'content') return content(upload, path);
    const { status, contentType, sha256 } = upload;
    return {
      body: { id, status, contentType: status === 'ready' ? shownType(upload) : contentType, sha256, reason: null },
    };
  }

  function announce(body: Record<string, unknown>): Answer {
    const id = `upload-${uploads.size + 1}`;
    const isAllowed = ['image/png', 'image/jpeg', 'image/webp', 'video/mp4'].includes(String(body['contentType']));
    const bytesMax = body['kind'] === 'video' ? limits.videoBytesMax : limits.imageBytesMax;
    const isSized = Number(body['bytes']) > 0 && Number(body['bytes']) <= bytesMax;
    if (wrongs.anyAnnouncement !== true && !(isAllowed && isSized)) return { status: 400, outcome: 'fail' };
    const { contentType, bytes, sha256 = null } = body as { contentType: string; bytes: number; sha256?: string };
    const key = `incoming/${id}`;
    uploads.set(id, { id, key, contentType, bytes, sha256, atMs: clock.nowMs(), status: 'pending', confirmations: 0 });
    const url = wrongs.storeUrl ?? 'http://store.example/shelfwise';
    return { status: 201, body: { id, form: { url, fields: { key, 'Content-Type': contentType, upload: id } } } };
  }

  function take({ fields }: SignedForm, file: Uint8Array, changes: Readonly<Record<string, string | null>>) {
    sweep();
    const upload = uploads.get(fields['upload'] ?? '');
    const [key, contentType] = [
      changes['key'] ?? fields['key'] ?? '',
      changes['Content-Type'] ?? fields['Content-Type'],
    ];
    if (upload === undefined) return { status: 403, code: 'AccessDenied' };
    const sha256 = hashOf(file);
    const isAllowed =
      (wrongs.anySize === true || file.length === upload.bytes) &&
      (wrongs.anyPlace === true || key === upload.key) &&
      (wrongs.anyType === true || contentType === upload.contentType) &&
      (wrongs.anyTime === true || clock.nowMs() - upload.atMs < formMs) &&
      (upload.sha256 ?? sha256) === sha256;
    if (!isAllowed) return { status: 403, code: 'AccessDenied' };
    objects.set(key, { content: file, sha256, headers: { 'content-type': contentType ?? '' } });
    return { status: 204 };
  }

  function confirm(upload: Upload): Answer {
    const stored = objects.get(upload.key);
    if (upload.status === 'failed') return { status: 409, outcome: 'fail' };
    if (upload.status === 'pending' && wrongs.unseen !== true) {
      if (stored === undefined) return { status: 409, outcome: 'fail' };
      if (stored.content.length !== upload.bytes) return { status: 422, outcome: 'fail' };
    }
    if (upload.confirmations === 0 || wrongs.anew === true) {
      upload.confirmations += 1;
      if (stored !== undefined) process(upload, stored);
    }
    return { status: 202, body: { id: upload.id, confirmation: upload.confirmations } };
  }

  function process(upload: Upload, { content: file, sha256 }: ObjectContent): void {
    const isInfected = holds(file, new TextEncoder().encode('VIRUS-OF-A-TEST'));
    const scan = { caller: 'worker-1', startMs: 0, endMs: 1, bytes: file.length, sha256, isInfected } as const;
    scans.push({ ...scan, reply: isInfected ? 'stream: Virus FOUND' : 'stream: OK' });
    const isWhole = kindOf(file) !== null && !holds(file, new TextEncoder().encode('<script>'));
    const isPicture = wrongs.content === 'all' || (wrongs.content === 'beginning' ? kindOf(file) !== null : isWhole);
    const settle = (): void => {
      const isClean = !isInfected || wrongs.scanner === 'not-heeded';
      upload.status = isPicture && isClean ? 'ready' : 'rejected';
      if (upload.status === 'ready') objects.set(`objects/${upload.id}`, { content: file, sha256, headers: {} });
    };
    upload.status = 'scanning';
    const waiting = wrongs.scanner === 'not-awaited' ? undefined : held.get(sha256);
    if (waiting === undefined) settle();
    else waiting.push(settle);
  }

  function content({ id, status }: Upload, path: string): Answer {
    if (status !== 'ready') return { status: 409, outcome: 'fail' };
    const isThumbnail = path.includes('thumbnail');
    return { body: { url: `http://store.example/${isThumbnail ? 'thumbnail' : `objects/${id}`}` } };
  }

  function serve(key: string) {
    const disposition = { 'content-disposition': wrongs.inline === true ? 'inline' : 'attachment' };
    if (key === 'thumbnail') return { content: new TextEncoder().encode('RIFF....WEBP'), headers: disposition };
    const found = objects.get(key);
    if (found === undefined) return { status: 404 };
    const type = kindOf(found.content)?.contentType ?? 'image/png';
    return { content: found.content, sha256: found.sha256, headers: { ...disposition, 'content-type': type } };
  }

  function shownType({ id, contentType }: Upload): string {
    return kindOf(objects.get(`objects/${id}`)?.content ?? new Uint8Array())?.contentType ?? contentType;
  }

  function sweep(): void {
    if (wrongs.stays === true) return;
    for (const upload of uploads.values()) {
      if (upload.status !== 'pending' || clock.nowMs() - upload.atMs < formMs + clearedAfterMs / 2) continue;
      upload.status = 'failed';
      objects.delete(upload.key);
    }
  }
}
