import type { ExperimentHandle, ObjectContent, ReplicaName, RequestSpec, Scan, ScanBehaviour } from '@lab/sdk';
import { holds } from '../byte-work.ts';
import { isRecord } from '../json.ts';
import { type Answer, fakeHandle } from './fake-handle.ts';
import { hashOf } from './hash-of.ts';
import { steppedClock } from './stepped-clock.ts';

/** What this ShelfWise does not do as it should. */
export interface ScanningWrongs {
  /** Where it looks, and from where it serves. */
  readonly place?: 'one-for-all' | 'copied-afterwards' | 'scanned-where-it-came-in' | 'asked-then-read-again';
  /** What it takes for clean. */
  readonly verdict?: 'whatever-is-not-found' | 'silence' | 'ok-somewhere';
  /** What it does while the scanner is down. */
  readonly down?: 'goes-on' | 'rejects';
  /** A verdict of a worker that has lost the upload counts. */
  readonly lateCounts?: boolean;
  /** What is ready may be confirmed anew. */
  readonly anew?: boolean;
  readonly formMs?: number;
}

interface Upload {
  readonly id: string;
  readonly key: string;
  readonly bytes: number;
  readonly atMs: number;
  status: string;
  claim: number;
  etag: string;
  servedKey: string;
  sha256: string | null;
}

interface Times {
  readonly scanTimeoutMs: number;
  readonly leaseMs: number;
}

const virus = new TextEncoder().encode('VIRUS-OF-A-TEST');
const clean = 'stream: OK';
const limited = 'INSTREAM size limit exceeded. ERROR';
const workers = ['worker-1', 'worker-2'] as const;
const pollMs = 40;

/** A small ShelfWise with two workers, its store and its scanner, right in everything but its wrongs. */
export function fakeScanning({ scanTimeoutMs, leaseMs }: Times, wrongs: ScanningWrongs = {}) {
  const uploads = new Map<string, Upload>();
  const objects = new Map<string, ObjectContent>();
  const scans: Scan[] = [];
  const paused = new Map<ReplicaName, number>();
  const linksHeld = new Set<ReplicaName>();
  /** What these send the database does not arrive. */
  const unheard = new Set<ReplicaName>();
  const verdictsHeld = new Set<string>();
  let behaviours: (ScanBehaviour & { left: number })[] = [];
  let latencyMs = 0;
  let integers = 0;
  const clock = steppedClock();
  const until = async (isSo: () => boolean): Promise<void> => {
    while (!isSo()) await clock.sleep(pollMs);
  };
  const owned = (release: () => void) => ({
    release: async () => release(),
    [Symbol.asyncDispose]: async () => release(),
  });
  const fake = fakeHandle({
    answer,
    objects: () => Object.fromEntries(objects),
    store: ({ fields }, file) => take(uploads.get(fields['upload'] ?? ''), file),
    open: (url) => serve(decodeURIComponent(new URL(url).pathname).replace('/shelfwise/', '')),
    scans: () => scans,
  });
  const h: ExperimentHandle = {
    ...fake.h,
    clock,
    workers,
    random: {
      ...fake.h.random,
      // Each number is another one, so that no two files are the same.
      integer: (min, max) => {
        integers += 1;
        return min + (integers % (max - min + 1));
      },
    },
    links: {
      ...fake.h.links,
      delay: async (_replicas, _dependency, amount) => {
        latencyMs = amount.latencyMs;
        return owned(() => {
          latencyMs = 0;
        });
      },
      hold: async (replica, dependency) => {
        const held = dependency === 'postgres' ? unheard : linksHeld;
        held.add(replica);
        return owned(() => held.delete(replica));
      },
    },
    processes: {
      ...fake.h.processes,
      pause: async (replica) => {
        paused.set(replica, clock.nowMs());
        return owned(() => paused.delete(replica));
      },
    },
    scanner: {
      ...fake.h.scanner,
      testVirus: () => virus,
      hold: async ({ sha256 = '' } = {}) => {
        verdictsHeld.add(sha256);
        const waitFor = async ({ withinMs }: { readonly withinMs: number }) => {
          const giveUpAtMs = clock.nowMs() + withinMs;
          const found = () => scans.filter((scan) => scan.sha256 === sha256 && scan.endMs === null);
          await until(() => found().length > 0 || clock.nowMs() >= giveUpAtMs);
          return found().map(({ caller, bytes }) => ({ caller, bytes, sha256 }));
        };
        return { waitFor, ...owned(() => verdictsHeld.delete(sha256)) };
      },
      behave: async (list) => {
        const mine = list.map((one) => ({ ...one, left: one.times ?? Number.POSITIVE_INFINITY }));
        behaviours = [...behaviours, ...mine];
        return owned(() => {
          behaviours = behaviours.filter((one) => !mine.includes(one));
        });
      },
    },
  };
  return { h };

  function answer({ method, path, body }: RequestSpec): Answer {
    const [, id = '', action = ''] = /^\/v2\/uploads\/?([^/?]*)\/?([a-z]*)/.exec(path) ?? [];
    if (id === '') return announce(isRecord(body) ? Number(body['bytes']) : 0);
    const upload = uploads.get(id);
    if (upload === undefined) return { status: 404, outcome: 'fail' };
    if (method === 'POST') return confirm(upload);
    if (action !== 'content') return { body: { id, status: upload.status, sha256: upload.sha256, reason: null } };
    if (upload.status !== 'ready') return { status: 409, outcome: 'fail' };
    const thumbnail = path.includes('thumbnail') ? '.thumbnail' : '';
    return { body: { url: `http://store.example/shelfwise/${encodeURIComponent(upload.servedKey)}${thumbnail}` } };
  }

  function announce(bytes: number): Answer {
    const id = `upload-${uploads.size + 1}`;
    const key = `incoming/${id}`;
    const fresh = { id, key, bytes, atMs: clock.nowMs(), status: 'pending', claim: 0, etag: '', servedKey: '' };
    uploads.set(id, { ...fresh, sha256: null });
    return { status: 201, body: { id, form: { url: 'http://store.example/shelfwise', fields: { key, upload: id } } } };
  }

  function take(upload: Upload | undefined, file: Uint8Array) {
    const isLate = upload !== undefined && clock.nowMs() - upload.atMs > (wrongs.formMs ?? 60_000);
    if (upload === undefined || isLate || file.length !== upload.bytes) return { status: 403, code: 'AccessDenied' };
    objects.set(upload.key, { content: file, sha256: hashOf(file), headers: {} });
    return { status: 204 };
  }

  function serve(key: string) {
    const found = objects.get(key.replace('.thumbnail', ''));
    if (found === undefined) return { status: 404 };
    return { content: found.content, sha256: found.sha256, headers: {} };
  }

  function confirm(upload: Upload): Answer {
    const stored = objects.get(upload.key);
    if (upload.status === 'pending' && stored === undefined) return { status: 409, outcome: 'fail' };
    if (upload.status === 'pending' || (wrongs.anew === true && upload.status === 'ready' && stored !== undefined)) {
      upload.status = 'uploaded';
      upload.etag = stored?.sha256 ?? '';
      void work(upload);
    }
    return { status: 202, body: { id: upload.id } };
  }

  /** Attempts one after the other; and another worker, where the one that has it does not stir. */
  async function work(upload: Upload): Promise<void> {
    const isOver = (): boolean => ['ready', 'rejected', 'failed'].includes(upload.status);
    let worker = await awake();
    void attempts(worker);
    while (!isOver()) {
      await clock.sleep(pollMs * 5);
      const sinceMs = paused.get(worker);
      if (isOver() || sinceMs === undefined || clock.nowMs() - sinceMs < leaseMs) continue;
      worker = await awake();
      void attempts(worker);
    }

    async function attempts(by: ReplicaName): Promise<void> {
      upload.claim += 1;
      const { claim } = upload;
      upload.status = 'scanning';
      for (let status = ''; status === ''; ) {
        status = await attempt(upload, { by, claim }).catch(() => '');
        await until(() => !paused.has(by) && !unheard.has(by));
        if (upload.claim !== claim && wrongs.lateCounts !== true) return;
        if (status !== '') upload.status = status;
        else await clock.sleep(pollMs * 3);
      }
    }
  }

  async function awake(): Promise<(typeof workers)[number]> {
    for (;;) {
      const found = workers.find((worker) => !paused.has(worker));
      if (found !== undefined) return found;
      await clock.sleep(pollMs);
    }
  }

  /** Its end, or nothing where another attempt follows. */
  async function attempt(upload: Upload, { by, claim }: { by: ReplicaName; claim: number }): Promise<string> {
    const { key, etag } = upload;
    const final = wrongs.place === 'one-for-all' ? key : `objects/${upload.id}/${claim}`;
    const isDown = behaviours.some(({ does }) => does.kind === 'down');
    if (isDown && wrongs.down === 'rejects') return 'rejected';
    if (isDown && wrongs.down !== 'goes-on') return '';
    const copyFirst = wrongs.place === undefined || wrongs.place === 'scanned-where-it-came-in';
    if (copyFirst && !(await asked(by, () => copy(key, final, etag)))) return 'failed';
    const lookedAt = wrongs.place === undefined ? final : key;
    const body = await asked(by, () => objects.get(lookedAt));
    if (body === undefined) return 'failed';
    const said = isDown ? clean : await scan(body, by);
    if (said === limited) return wrongs.verdict === 'whatever-is-not-found' ? settle(final, body) : 'failed';
    if (/FOUND$/.test(said) && !(wrongs.verdict === 'ok-somewhere' && said.includes('OK'))) return 'rejected';
    const isClean =
      said === clean ||
      wrongs.verdict === 'whatever-is-not-found' ||
      (wrongs.verdict === 'ok-somewhere' && /OK/.test(said));
    if (!isClean) return '';
    if (wrongs.place === 'copied-afterwards') copy(key, final);
    if (wrongs.place === 'asked-then-read-again') {
      if ((await asked(by, () => objects.get(key)?.sha256)) !== etag) return 'failed';
      copy(key, final);
    }
    return settle(final, body);

    function settle(servedKey: string, { sha256 }: ObjectContent): string {
      Object.assign(upload, { servedKey, sha256 });
      return 'ready';
    }
  }

  /** The store acts at once; its answer is late, or held. */
  async function asked<T>(by: ReplicaName, act: () => T): Promise<T> {
    const result = act();
    await clock.sleep(latencyMs + 1);
    await until(() => !linksHeld.has(by));
    return result;
  }

  function copy(from: string, to: string, etag?: string): boolean {
    const found = objects.get(from);
    if (found === undefined || (etag !== undefined && found.sha256 !== etag)) return false;
    objects.set(to, found);
    return true;
  }

  async function scan({ content, sha256 }: ObjectContent, caller: ReplicaName): Promise<string> {
    const matching = behaviours.filter(
      (one) => one.left > 0 && (one.sha256 ?? sha256) === sha256 && (one.caller ?? caller) === caller,
    );
    const short = matching.find(
      ({ does }) => (does.kind === 'limit' || does.kind === 'cut') && content.length > does.bytes,
    );
    const at = scans.length;
    const isInfected = holds(content, virus);
    const begun: Scan = {
      caller,
      startMs: clock.nowMs(),
      endMs: null,
      bytes: content.length,
      sha256,
      isInfected,
      reply: null,
    };
    scans.push(short === undefined ? begun : { ...begun, sha256: null });
    if (short !== undefined) {
      short.left -= 1;
      if (short.does.kind === 'cut') throw new Error('The scanner hung up.');
      return limited;
    }
    await clock.sleep(pollMs);
    await until(() => !verdictsHeld.has(sha256));
    let said = isInfected ? 'stream: Virus FOUND' : clean;
    for (const { does } of matching) {
      if (does.kind === 'latency') await clock.sleep(does.latencyMs);
      if (does.kind === 'reply') said = does.text;
      if (does.kind !== 'silent') continue;
      await clock.sleep(scanTimeoutMs);
      if (wrongs.verdict === 'silence') return clean;
      throw new Error('The scanner was silent.');
    }
    scans[at] = { ...begun, endMs: clock.nowMs(), reply: said };
    return said;
  }
}
