import type { Experiment, ExperimentHandle, Scan } from '@lab/sdk';
import { createUploadDesk } from '../../shared/upload-desk.ts';
import type { UploadRow } from '../../shared/upload-rows.ts';
import { decidedWithinMs, scanTimeoutMs, slowScanMs } from '../limits.ts';
import { type Brought, seeDecided, send, swap, watch } from './bring.ts';
import { type FileToBring, film, picture } from './files.ts';
import { confirmedFirst, films } from './swapped.ts';

/** Longer than four attempts take, if they were counted. */
const awayMs = 2_200;
/** Longer than the scanner is waited for, twice. */
const silentMs = scanTimeoutMs * 2 + 300;

interface Waiting {
  readonly brought: Brought;
  readonly said: UploadRow;
}

export async function confirmed(h: ExperimentHandle, file: FileToBring, experiment: string): Promise<Waiting> {
  const brought = await send(h, file, experiment);
  const { operation } = await createUploadDesk(h).confirm(brought.upload);
  return { brought, said: { confirmed: operation.status, confirmOperation: operation.id } };
}

/** What was seen of it while the scanner had no verdict on it. `met`: the scanner was asked, or nobody could ask it. */
export function troubleRow(served: UploadRow, facts: UploadRow): UploadRow {
  return { ...served, ...facts };
}

/** From where the scanner is well again. */
export async function afterwards(
  h: ExperimentHandle,
  { brought, said }: Waiting,
): Promise<readonly [UploadRow, UploadRow]> {
  return await seeDecided(h, { ...brought, said }, { fromMs: h.clock.nowMs(), withinMs: decidedWithinMs + 1_000 });
}

/** Every connection to the scanner is reset. Nothing is raced: it is down before the first file is announced. */
export const scannerDown: Experiment = {
  id: 'scanner-down',
  title: 'The scanner is down, and comes back',
  phase: 'disturb',
  timeoutMs: 30_000,
  attemptsMax: 1,
  run: async (h) => {
    const experiment = 'scanner-down';
    const trouble = 'the scanner was down';
    const down = await h.scanner.behave([{ does: { kind: 'down' } }]);
    const pair = await films(h, 'a film that was replaced by an infected one while the scanner was down', 'second');
    const replaced = await confirmedFirst(h, pair, experiment);
    const swappedBy = await swap(h, replaced, pair.second);
    const waiting = await Promise.all([
      confirmed(h, await film(h, 'a film that came while the scanner was down'), experiment),
      confirmed(h, await picture(h, 'a picture that came while the scanner was down'), experiment),
      confirmed(h, await film(h, 'an infected film that came while the scanner was down', infected), experiment),
    ]);
    const all = [...waiting, { brought: replaced, said: replaced.confirmed }];
    const during = await Promise.all(all.map(({ brought }) => watch(h, brought, { forMs: awayMs })));
    await down.release();
    return endOf(await Promise.all(all.map((one) => afterwards(h, one))), (served, index) =>
      troubleRow(served, {
        ...during[index],
        trouble,
        met: true,
        swappedBy: index === all.length - 1 ? swappedBy : null,
      }),
    );
  },
};

const infected = { isInfected: true, expected: 'never' } as const;

function endOf(
  rows: readonly (readonly [UploadRow, UploadRow])[],
  trouble: (served: UploadRow, index: number) => UploadRow,
) {
  return {
    reached: true,
    tables: [
      { table: 'uploads', rows: rows.map(([upload]) => upload) },
      { table: 'troubles', rows: rows.map(([, served], index) => trouble(served, index)) },
      { table: 'served', rows: rows.map(([, served]) => ({ ...served, met: true })) },
    ],
  };
}

const askedSince = (scans: readonly Scan[], fromMs: number): boolean => scans.some(({ startMs }) => startMs >= fromMs);

/** The scanner reads every byte of these files and says nothing; of others it says what it always does. */
export const scannerSilent: Experiment = {
  id: 'scanner-silent',
  title: 'The scanner reads files and does not answer, for longer than it is waited for',
  phase: 'disturb',
  besideOthers: true,
  timeoutMs: 30_000,
  attemptsMax: 2,
  run: async (h) => {
    const experiment = 'scanner-silent';
    const trouble = 'the scanner had read it and said nothing';
    const files = [
      await film(h, 'a film on which the scanner was silent'),
      await picture(h, 'a picture on which the scanner was silent'),
      await film(h, 'an infected film on which the scanner was silent', infected),
    ];
    const silence = await h.scanner.behave(files.map(({ sha256 }) => ({ sha256, does: { kind: 'silent' } })));
    const fromMs = h.clock.nowMs();
    const all = await Promise.all(files.map((file) => confirmed(h, file, experiment)));
    const during = await Promise.all(all.map(({ brought }) => watch(h, brought, { forMs: silentMs })));
    const scans = await Promise.all(files.map(({ sha256 }) => h.scanner.scans(sha256)));
    await silence.release();
    const met = scans.map((ofFile) => askedSince(ofFile, fromMs));
    const rows = await Promise.all(all.map((one) => afterwards(h, one)));
    // Whoever draws a picture anew and shows the scanner that has asked about other bytes: on those it was not silent.
    const end = endOf(rows, (served, index) =>
      met[index] === true
        ? troubleRow(served, { ...during[index], trouble, met: true })
        : troubleRow(served, { trouble, met: false }),
    );
    return met.includes(true) ? end : { ...end, reached: false, note: 'nobody had these files scanned' };
  },
};

/** Slower than a worker looks for work, and within the time for which the scanner is waited for. */
export const scannerSlow: Experiment = {
  id: 'scanner-slow',
  title: 'The scanner answers late, and in time',
  phase: 'disturb',
  besideOthers: true,
  timeoutMs: 30_000,
  attemptsMax: 1,
  run: async (h) => {
    const files = [
      await film(h, 'a film for which the scanner took its time'),
      await film(h, 'an infected film for which the scanner took its time', infected),
    ];
    const does = { kind: 'latency', latencyMs: slowScanMs, jitterMs: 0 } as const;
    const slow = await h.scanner.behave(files.map(({ sha256 }) => ({ sha256, does })));
    const waiting = await Promise.all(files.map((file) => confirmed(h, file, 'scanner-slow')));
    const rows = await Promise.all(waiting.map((one) => afterwards(h, one)));
    await slow.release();
    return {
      reached: true,
      tables: [
        { table: 'uploads', rows: rows.map(([upload]) => upload) },
        { table: 'served', rows: rows.map(([, served]) => ({ ...served, met: true })) },
      ],
    };
  },
};
