import type { Experiment } from '@lab/sdk';
import { apiBytesMax, decidedWithinMs, imageBytesMax } from '../limits.ts';
import { honestFiles, pngOfSize } from './files.ts';
import { bringIn, thumbnailRow } from './follow.ts';

/** Longer than the story allows: how late it was is a fact worth knowing. */
const patienceMs = decidedWithinMs + 2_000;

/** Before anything is disturbed: whoever sends what is allowed gets it back. */
export const honest: Experiment = {
  id: 'honest-files',
  title: 'Files of every kind and of the largest size, while nothing is wrong',
  phase: 'baseline',
  timeoutMs: 30_000,
  attemptsMax: 1,
  run: async (h) => {
    const files = honestFiles(h);
    const rows = await Promise.all(
      files.map((file) =>
        bringIn(h, file, {
          experiment: 'honest-files',
          withinMs: patienceMs,
          alsoThumbnail: file.kind === 'image',
        }),
      ),
    );
    const thumbnails = rows.filter((row) => row['thumbnail'] === true).map(thumbnailRow);
    return {
      reached: true,
      facts: { files: files.length },
      tables: [{ table: 'uploads', rows: [...rows, ...thumbnails] }],
    };
  },
};

/**
 * No connection between the API and the store lives longer than 64 kB in either direction. What is asked about a file,
 * and the signatures, take a small part of that; whoever carries the file itself through the API, on its way in, at its
 * confirmation or on its way out, cannot. The workers have links of their own, and may read whatever they need.
 * The limit is left to the end of the attempt: a link on which it struck may have to be made anew.
 */
export const pastTheApi: Experiment = {
  id: 'narrow-link',
  title: 'A file of the largest size, while the API can exchange only 64 kB with the store',
  phase: 'disturb',
  timeoutMs: 25_000,
  attemptsMax: 1,
  run: async (h) => {
    await h.links.limit(h.replicas, 's3', { bytes: apiBytesMax });
    const file = pngOfSize(h, imageBytesMax, 'a PNG of the largest size');
    const row = await bringIn(h, file, { experiment: 'narrow-link', withinMs: patienceMs });
    return { reached: true, tables: [{ table: 'uploads', rows: [row] }] };
  },
};
