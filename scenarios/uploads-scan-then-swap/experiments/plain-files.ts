import type { Experiment } from '@lab/sdk';
import { createUploadDesk } from '../../shared/upload-desk.ts';
import type { UploadRow } from '../../shared/upload-rows.ts';
import { decidedWithinMs, formSecondsMin, imageBytesMax, videoBytesMax } from '../limits.ts';
import { seeThrough, send } from './bring.ts';
import { type FileToBring, film, jpeg, largePicture, picture } from './files.ts';

/** Longer than the story allows: how late it was is a fact worth knowing. */
const patienceMs = decidedWithinMs + 2_000;

/** Before anything is disturbed: who sends what is allowed gets it back, and nobody gets a virus. */
export const plainFiles: Experiment = {
  id: 'plain-files',
  title: 'Clean and infected files, while nothing is wrong',
  phase: 'baseline',
  timeoutMs: 30_000,
  attemptsMax: 1,
  run: async (h) => {
    const experiment = 'plain-files';
    const once: readonly FileToBring[] = [
      await picture(h, 'a PNG'),
      await jpeg(h, 'a JPEG'),
      await largePicture(h, 'a PNG of the largest size', imageBytesMax),
      await film(h, 'a film'),
      await film(h, 'a film of the largest size', { bytes: videoBytesMax }),
      await picture(h, 'a picture with a virus', { isInfected: true, expected: 'never' }),
      await film(h, 'a film with a virus', { isInfected: true, expected: 'never' }),
    ];
    const twice = await film(h, 'a film that was sent twice before it was confirmed');
    const rows = await Promise.all([
      ...once.map(async (file) => await seeThrough(h, await send(h, file, experiment), patienceMs)),
      sentTwice(twice),
    ]);
    return { reached: true, facts: { files: rows.length }, tables: tablesOf(rows) };

    /** A line that broke, and a program that begins again: whether the store takes it once more is the store's affair. */
    async function sentTwice(file: FileToBring): Promise<readonly [UploadRow, UploadRow]> {
      const brought = await send(h, file, experiment);
      await createUploadDesk(h).send(brought.upload, file.content);
      return await seeThrough(h, brought, patienceMs);
    }
  },
};

export function tablesOf(rows: readonly (readonly [UploadRow, UploadRow])[]) {
  return [
    { table: 'uploads', rows: rows.map(([upload]) => upload) },
    { table: 'served', rows: rows.map(([, served]) => ({ ...served, met: true })) },
  ];
}

/** What is signed must be good for a while: a form that ends before it can be used again ends before it can be used. */
export const lateFile: Experiment = {
  id: 'late-file',
  title: `A file is sent ${formSecondsMin} s after it was announced`,
  phase: 'disturb',
  besideOthers: true,
  timeoutMs: 25_000,
  attemptsMax: 1,
  run: async (h) => {
    const file = await film(h, `a film that came ${formSecondsMin} s after it was announced`);
    const desk = createUploadDesk(h);
    const { kind, contentType, content } = file;
    const upload = await desk.signAhead(await desk.announce({ kind, contentType, bytes: content.length }));
    await h.clock.sleep(formSecondsMin * 1_000);
    const brought = { experiment: 'late-file', upload, file, sent: await desk.send(upload, content) };
    return { reached: true, tables: tablesOf([await seeThrough(h, brought, patienceMs)]) };
  },
};
