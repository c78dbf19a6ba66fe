import type { Experiment, ExperimentHandle } from '@lab/sdk';
import type { UploadRow } from '../../shared/upload-rows.ts';
import { scannerBytesMax } from '../limits.ts';
import { lookAt, watch } from './bring.ts';
import { film } from './files.ts';
import { afterwards, confirmed, troubleRow } from './scanner-away.ts';

/** What clamd says, or a proxy before it, that is not "clean". Some of it has a familiar sound. */
const words = [
  ['nothing, and hung up', ''],
  ['that it does not know the command', 'UNKNOWN COMMAND'],
  ['that it has no memory', "stream: Can't allocate memory ERROR"],
  ['that it was not told everything in time', 'COMMAND READ TIMED OUT. ERROR'],
  ['that it found a virus with "OK" in its name', 'stream: Doc.Dropper.EBOOK-7 FOUND'],
  ['that the file is over one of its limits', 'stream: Heuristics.Limits.Exceeded.MaxFileSize FOUND'],
] as const;

/** Longer than four attempts take: whoever gives up after the last one has done so. */
const watchMs = 2_600;

/** Each file is told of by its own bytes, so nothing else is touched. */
export const scannerWords: Experiment = {
  id: 'scanner-words',
  title: 'The scanner answers, and not that a file is clean',
  phase: 'disturb',
  besideOthers: true,
  timeoutMs: 30_000,
  attemptsMax: 2,
  run: async (h) => {
    const experiment = 'scanner-words';
    const rows = await Promise.all(words.map((word) => answered(h, word, experiment)));
    const reached = rows.some(({ met }) => met === true);
    const note = reached ? {} : { note: 'nobody had these files scanned' };
    return { reached, ...note, tables: [{ table: 'troubles', rows }] };
  },
};

async function answered(
  h: ExperimentHandle,
  [meaning, text]: (typeof words)[number],
  experiment: string,
): Promise<UploadRow> {
  const file = await film(h, `a film of which the scanner said ${meaning}`, { expected: 'either' });
  const { sha256 } = file;
  await using said = await h.scanner.behave([{ sha256, does: { kind: 'reply', text } }]);
  const { brought, said: confirmation } = await confirmed(h, file, experiment);
  const during = await watch(h, brought, { forMs: watchMs, untilDecided: true });
  const met = (await h.scanner.scans(sha256)).length > 0;
  const row = { ...(await lookAt(h, brought, 'while the scanner said so')), ...confirmation };
  await said.release();
  return troubleRow(row, { ...during, trouble: `the scanner had said ${meaning}`, met });
}

/** Beyond its limit the scanner says that there are too many bytes, and reads no further: the virus is at the end. */
export const scannerLimit: Experiment = {
  id: 'scanner-limit',
  title: 'Files are longer than the scanner reads, and shorter',
  phase: 'disturb',
  besideOthers: true,
  timeoutMs: 30_000,
  attemptsMax: 1,
  run: async (h) => {
    const experiment = 'scanner-limit';
    const trouble = 'the scanner had not read it to its end';
    const bytes = (): number => h.random.integer(scannerBytesMax + 60_000, scannerBytesMax + 160_000);
    const long = { expected: 'either' } as const;
    await using limit = await h.scanner.behave([{ does: { kind: 'limit', bytes: scannerBytesMax } }]);
    const all = await Promise.all([
      confirmed(
        h,
        await film(h, 'a film that is longer than the scanner reads', { ...long, bytes: bytes() }),
        experiment,
      ),
      confirmed(
        h,
        await film(h, 'an infected film that is longer than the scanner reads', {
          ...{ bytes: bytes(), isInfected: true, expected: 'never' },
        }),
        experiment,
      ),
    ]);
    const short = [
      await film(h, 'a film of exactly the length that the scanner reads', { bytes: scannerBytesMax }),
      await film(h, 'a film that is shorter than the scanner reads', { bytes: scannerBytesMax - 1_000 }),
    ];
    const allowed = await Promise.all(
      short.map(async (file) => await afterwards(h, await confirmed(h, file, experiment))),
    );
    const during = await Promise.all(
      all.map(({ brought }) => watch(h, brought, { forMs: watchMs, untilDecided: true })),
    );
    const rows = await Promise.all(
      all.map(async ({ brought, said }, index) => {
        const row = { ...(await lookAt(h, brought, 'while the scanner had its limit')), ...said };
        // Whoever knows the limit need not ask: that it was in force is enough.
        return troubleRow(row, { ...during[index], trouble, met: said['confirmed'] === 202 });
      }),
    );
    await limit.release();
    return {
      reached: true,
      tables: [
        { table: 'uploads', rows: allowed.map(([upload]) => upload) },
        { table: 'troubles', rows },
        { table: 'served', rows: allowed.map(([, served]) => ({ ...served, met: true })) },
      ],
    };
  },
};

/** The scanner hangs up in the middle of a long file, once. */
export const scannerBreaks: Experiment = {
  id: 'scanner-breaks',
  title: 'The scanner hangs up in the middle of a file, and reads it the next time',
  phase: 'disturb',
  timeoutMs: 25_000,
  attemptsMax: 2,
  run: async (h) => {
    const experiment = 'scanner-breaks';
    await using broken = await h.scanner.behave([{ times: 1, does: { kind: 'cut', bytes: scannerBytesMax } }]);
    const bytes = scannerBytesMax + 90_000;
    const rows = await Promise.all([
      afterwards(h, await confirmed(h, await film(h, 'a film on which the scanner hung up', { bytes }), experiment)),
    ]);
    await broken.release();
    return {
      reached: true,
      tables: [
        { table: 'uploads', rows: rows.map(([upload]) => upload) },
        { table: 'served', rows: rows.map(([, served]) => ({ ...served, met: true })) },
      ],
    };
  },
};
