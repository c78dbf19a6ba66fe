import type { Experiment, ExperimentHandle } from '@lab/sdk';
import { impostors, mp4Of } from '../../shared/sample-files.ts';
import { jpegOf, pngOf, pngText, webpOf } from '../../shared/sample-images.ts';
import { decidedWithinMs } from '../limits.ts';
import { bringIn, type FileToBring } from './follow.ts';
import { hiddenPages } from './hidden-pages.ts';

/** Several at once, so one may wait for another. */
const patienceMs = decidedWithinMs * 2;

/** What is not a picture or a film, or more than one, announced and sent as one. */
export const otherContents: Experiment = {
  id: 'other-contents',
  title: 'Pages, scripts and documents come as pictures and films',
  phase: 'disturb',
  besideOthers: true,
  timeoutMs: 40_000,
  attemptsMax: 1,
  run: async (h) => {
    const files = impostors(h.random).map(
      ({ what, contentType, content, page, holdsPicture }): FileToBring => ({
        ...{ what: `${what}, as ${contentType}`, contentType, content, page, holdsPicture },
        ...{ kind: contentType === 'video/mp4' ? 'video' : 'image', expected: 'never' },
      }),
    );
    return await bringAll(h, 'other-contents', [...files, ...hiddenPages(h), exchanged(h)]);
  },
};

/** As long as the one whose checksum was announced, and another. */
function exchanged(h: ExperimentHandle): FileToBring {
  const size = { width: h.random.integer(40, 200), height: h.random.integer(30, 200) };
  const content = pngOf(h.random, size, pngText('the one'));
  const announced = pngOf(h.random, size, pngText('another'));
  return {
    what: 'a picture that is not the one whose checksum was announced',
    kind: 'image',
    contentType: 'image/png',
    content,
    checksum: { of: announced },
    expected: 'never',
  };
}

/** Announced as another allowed type than they are: whatever becomes of them, they never go by the announced one. */
export const otherTypes: Experiment = {
  id: 'other-types',
  title: 'Pictures come under the name of another type of picture',
  phase: 'disturb',
  besideOthers: true,
  timeoutMs: 40_000,
  attemptsMax: 1,
  run: async (h) => {
    const size = { width: h.random.integer(40, 200), height: h.random.integer(30, 200) };
    const image = { kind: 'image', expected: 'either' } as const;
    const note = `scan ${h.random.integer(0, 1_000_000_000)}`;
    return await bringAll(h, 'other-types', [
      { ...image, what: 'a WebP, as image/png', contentType: 'image/png', content: webpOf(h.random, size) },
      { ...image, what: 'a JPEG, as image/webp', contentType: 'image/webp', content: jpegOf(h.random, size, note) },
      { ...image, what: 'a PNG, as image/jpeg', contentType: 'image/jpeg', content: pngOf(h.random, size) },
    ]);
  },
};

/** Whole and of the right type, and nothing that a customer may be given. */
export const infected: Experiment = {
  id: 'infected-files',
  title: 'A picture and a film come that hold a virus',
  phase: 'disturb',
  besideOthers: true,
  timeoutMs: 40_000,
  attemptsMax: 1,
  run: async (h) => {
    const virus = h.scanner.testVirus();
    const size = { width: h.random.integer(40, 200), height: h.random.integer(30, 200) };
    const inPicture = pngOf(h.random, size, pngText(String.fromCharCode(...virus)));
    const film = mp4Of(h.random, h.random.integer(5_000, 20_000));
    film.set(virus, film.length - virus.length);
    const never = { expected: 'never', page: virus } as const;
    return await bringAll(h, 'infected-files', [
      { ...never, what: 'a picture with a virus', kind: 'image', contentType: 'image/png', content: inPicture },
      { ...never, what: 'a film with a virus', kind: 'video', contentType: 'video/mp4', content: film },
    ]);
  },
};

async function bringAll(h: ExperimentHandle, experiment: string, files: readonly FileToBring[]) {
  const rows = await Promise.all(files.map((file) => bringIn(h, file, { experiment, withinMs: patienceMs })));
  return { reached: true, facts: { files: files.length }, tables: [{ table: 'uploads', rows }] };
}
