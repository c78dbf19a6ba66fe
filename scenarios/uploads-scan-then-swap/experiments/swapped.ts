import type { Experiment, ExperimentHandle, Held, ReplicaName } from '@lab/sdk';
import { createUploadDesk, settled } from '../../shared/upload-desk.ts';
import type { UploadRow } from '../../shared/upload-rows.ts';
import { decidedWithinMs, scanTimeoutMs } from '../limits.ts';
import { type Brought, copiesOf, lookAt, send, swap, watch } from './bring.ts';
import { type FileToBring, film, landscape, pairedBytes, picture, portrait } from './files.ts';

const takenUpWithinMs = 4_000;

/** Two files of the same length and type: by what was signed for the one, the other can be sent. */
interface Pair {
  readonly first: FileToBring;
  readonly second: FileToBring;
}

export async function films(h: ExperimentHandle, what: string, infected: 'first' | 'second'): Promise<Pair> {
  const bytes = h.random.integer(20_000, 60_000);
  const options = (which: 'first' | 'second') =>
    ({ bytes, expected: 'either', isInfected: which === infected }) as const;
  return { first: await film(h, what, options('first')), second: await film(h, what, options('second')) };
}

export async function pictures(h: ExperimentHandle, what: string, isInfected: boolean): Promise<Pair> {
  const common = { bytes: pairedBytes, expected: 'either' } as const;
  return {
    first: await picture(h, what, { ...common, size: landscape(h.random) }),
    second: await picture(h, what, { ...common, size: portrait(h.random), isInfected }),
  };
}

interface Swapped extends Brought {
  readonly second: FileToBring;
  readonly confirmed: UploadRow;
}

export async function confirmedFirst(h: ExperimentHandle, pair: Pair, experiment: string): Promise<Swapped> {
  const brought = await send(h, pair.first, experiment);
  const { operation } = await createUploadDesk(h).confirm(brought.upload);
  const confirmed = { confirmed: operation.status, confirmOperation: operation.id };
  return { ...brought, second: pair.second, confirmed };
}

/** What became of it: a row of `served`. `met`: the second file was sent at the moment that was meant. */
async function outcome(h: ExperimentHandle, swapped: Swapped, facts: UploadRow): Promise<UploadRow> {
  await createUploadDesk(h).decided(swapped.upload, decidedWithinMs);
  return { ...(await lookAt(h, swapped, 'when it was decided')), ...swapped.confirmed, ...facts };
}

/** Where one of them came too late, all are tried again; what they came to is judged all the same. */
function reachedBy(rows: readonly UploadRow[]) {
  const late = rows.filter(({ met }) => met !== true).map(({ what }) => what);
  const note = late.length === 0 ? {} : { note: `${late.join(', ')}: not at the moment that was meant` };
  return { reached: late.length === 0, ...note, tables: [{ table: 'served', rows }] };
}

/** The order: every byte of the first file was scanned, its verdict is on its way, and the second one comes. */
export const swappedWhileScanned: Experiment = {
  id: 'swapped-while-scanned',
  title: 'A file is replaced while the scanner thinks about it',
  phase: 'disturb',
  besideOthers: true,
  timeoutMs: 30_000,
  attemptsMax: 2,
  run: async (h) => {
    const pairs = [
      await films(h, 'a film that was replaced by an infected one while it was scanned', 'second'),
      await pictures(h, 'a picture that was replaced by another while it was scanned', false),
      await pictures(h, 'a picture that was replaced by an infected one while it was scanned', true),
    ];
    const alone = await film(h, 'a film whose verdict was long in coming');
    return reachedBy(await Promise.all([...pairs.map((pair) => swappedWhileHeld(h, pair)), seenWhileHeld(h, alone)]));
  },
};

async function swappedWhileHeld(h: ExperimentHandle, pair: Pair): Promise<UploadRow> {
  await using hold = await h.scanner.hold({ sha256: pair.first.sha256 });
  const swapped = await confirmedFirst(h, pair, 'swapped-while-scanned');
  const isHeld = (await hold.waitFor({ withinMs: takenUpWithinMs })).length > 0;
  const swappedBy = await swap(h, swapped, pair.second);
  await hold.release();
  return await outcome(h, swapped, { met: isHeld && (await wasInTime(h, pair.first)), swappedBy });
}

/** Nothing is replaced here: while the scanner has not answered, nobody may have it. */
async function seenWhileHeld(h: ExperimentHandle, file: FileToBring): Promise<UploadRow> {
  await using hold = await h.scanner.hold({ sha256: file.sha256 });
  const one = await confirmedFirst(h, { first: file, second: file }, 'swapped-while-scanned');
  const met = (await hold.waitFor({ withinMs: takenUpWithinMs })).length > 0;
  const during = await watch(h, one, { forMs: thinksMs });
  await hold.release();
  return await outcome(h, one, { met, ...during });
}

/** Long enough for whoever does not wait for the verdict to be done without it. */
const thinksMs = 800;

/** A verdict that was held for longer than it is waited for came to nobody: then another attempt follows. */
async function wasInTime(h: ExperimentHandle, { sha256 }: FileToBring): Promise<boolean> {
  const [first] = await h.scanner.scans(sha256);
  return first !== undefined && h.clock.nowMs() - first.startMs < scanTimeoutMs;
}

/** The order: confirmed, which has an answer; replaced; and only then may a worker begin. */
export const swappedBeforeTheWorker: Experiment = {
  id: 'swapped-before-the-worker',
  title: 'A file is replaced after its confirmation, before a worker takes it',
  phase: 'disturb',
  timeoutMs: 30_000,
  attemptsMax: 2,
  run: async (h) => {
    const experiment = 'swapped-before-the-worker';
    const pairs = [
      await films(h, 'a film that was replaced by an infected one after its confirmation', 'second'),
      await films(h, 'an infected film that was replaced by a clean one after its confirmation', 'first'),
      await pictures(h, 'a picture that was replaced by an infected one after its confirmation', true),
    ];
    const asleep = await Promise.all(h.workers.map((worker) => h.processes.pause(worker)));
    const swapped = await Promise.all(pairs.map((pair) => confirmedFirst(h, pair, experiment)));
    const swappedBy = await Promise.all(swapped.map((one) => swap(h, one, one.second)));
    await releaseAll(asleep);
    const rows = await Promise.all(
      swapped.map((one, index) => outcome(h, one, { met: true, swappedBy: swappedBy[index] ?? null })),
    );
    return reachedBy(rows);
  },
};

/** A worker knows of what it has asked the store so much later than the store has done it. */
const lateRepliesMs = 600;
/** Two questions are answered by then. */
const copiedWithinMs = 1_800;
const copyPollMs = 30;

/**
 * The order: the store has copied the file, and the worker that asked for it does not know yet; now the file that came
 * in becomes another one. Who looks at that one, looks at what nobody is given. Whoever copies nothing before the scan
 * is asked all the same.
 */
export const swappedUnderTheCopy: Experiment = {
  id: 'swapped-under-the-copy',
  title: 'A file is replaced after it was copied, before it is looked at',
  phase: 'disturb',
  timeoutMs: 30_000,
  attemptsMax: 2,
  run: async (h) => {
    const experiment = 'swapped-under-the-copy';
    const pairs = [
      await films(h, 'an infected film that was replaced by a clean one before it was scanned', 'first'),
      await films(h, 'a film that was replaced by an infected one before it was scanned', 'second'),
    ];
    const late = await h.links.delay(h.workers, 's3', { latencyMs: lateRepliesMs, jitterMs: 0 });
    const swapped = await Promise.all(
      pairs.map(async (pair) => {
        const one = await confirmedFirst(h, pair, experiment);
        const isCopied = await copied(h, one);
        return { one, isCopied, swappedBy: await swap(h, one, one.second) };
      }),
    );
    await late.release();
    const rows = await Promise.all(
      swapped.map(({ one, isCopied, swappedBy }) => outcome(h, one, { met: true, isCopied, swappedBy })),
    );
    return reachedBy(rows);
  },
};

async function copied(h: ExperimentHandle, one: Brought): Promise<boolean> {
  const giveUpAtMs = h.clock.nowMs() + copiedWithinMs;
  for (;;) {
    if ((await copiesOf(h, one)).length > 0) return true;
    if (h.clock.nowMs() >= giveUpAtMs) return false;
    await h.clock.sleep(copyPollMs);
  }
}

/** A worker that asks the store once more after the verdict has done so by then; nothing else stands before it. */
const asksWithinMs = 600;

/**
 * The order: the verdict is clean, the worker has asked the store something, and the answer is held. Then the file is
 * replaced, and whoever has asked acts on what was true a moment ago.
 */
export const swappedAfterTheVerdict: Experiment = {
  id: 'swapped-after-the-verdict',
  title: 'A file is replaced between a clean verdict and the next step',
  phase: 'disturb',
  timeoutMs: 30_000,
  attemptsMax: 2,
  run: async (h) => {
    const experiment = 'swapped-after-the-verdict';
    const pairs = [
      await films(h, 'a film that was replaced by an infected one after its clean verdict', 'second'),
      await pictures(h, 'a picture that was replaced by an infected one after its clean verdict', true),
    ];
    const holds = await Promise.all(pairs.map(({ first }) => h.scanner.hold({ sha256: first.sha256 })));
    const swapped = await Promise.all(pairs.map((pair) => confirmedFirst(h, pair, experiment)));
    const found = await Promise.all(holds.map((hold) => hold.waitFor({ withinMs: takenUpWithinMs })));
    const callers = new Set<ReplicaName>(found.flat().map(({ caller }) => caller));
    const held = await Promise.all([...callers].map((caller) => h.links.hold(caller, 's3', 'replies')));
    await releaseAll(holds);
    const inTime = await Promise.all(pairs.map(({ first }) => wasInTime(h, first)));
    await h.clock.sleep(asksWithinMs);
    const swappedBy = await Promise.all(swapped.map((one) => swap(h, one, one.second)));
    await releaseAll(held);
    const rows = await Promise.all(
      swapped.map((one, index) => {
        const met = inTime[index] === true && (found[index]?.length ?? 0) > 0;
        return outcome(h, one, { met, swappedBy: swappedBy[index] ?? null });
      }),
    );
    return reachedBy(rows);
  },
};

async function releaseAll(held: readonly Held[]): Promise<void> {
  await Promise.all(held.map((one) => one.release()));
}

const filesFlipping = 4;
const flippingMs = 2_500;

/** No order is forced here: what no other experiment has thought of is tried at random, from the run's seed. */
export const interleavings: Experiment = {
  id: 'interleavings',
  title: 'Files are replaced again and again while they are processed, by a slow store',
  phase: 'disturb',
  timeoutMs: 30_000,
  attemptsMax: 1,
  run: async (h) => {
    await using _slow = await h.links.delay(h.workers, 's3', { latencyMs: 50, jitterMs: 50 });
    const pairs = await Promise.all(
      Array.from({ length: filesFlipping }, (_, index) =>
        films(h, 'a film that was replaced again and again', index % 2 === 0 ? 'second' : 'first'),
      ),
    );
    const rows = await Promise.all(pairs.map(flipping));
    return reachedBy(rows);

    async function flipping(pair: Pair): Promise<UploadRow> {
      const swapped = await confirmedFirst(h, pair, 'interleavings');
      const giveUpAtMs = h.clock.nowMs() + flippingMs;
      const desk = createUploadDesk(h);
      const isOver = async () => h.clock.nowMs() >= giveUpAtMs || settled.has((await desk.look(swapped.upload)).status);
      let times = 0;
      let swappedBy: number | null = null;
      while (!(await isOver())) {
        swappedBy = await swap(h, swapped, times % 2 === 0 ? pair.second : pair.first);
        times += 1;
        await h.clock.sleep(h.random.integer(0, 40));
      }
      return await outcome(h, swapped, { met: times > 0, times, swappedBy });
    }
  },
};
