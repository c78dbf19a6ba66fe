import type { ExperimentHandle } from '@lab/sdk';
import { ascii, joined } from '../../shared/byte-work.ts';
import { mp4Of } from '../../shared/sample-files.ts';
import { jpegOf, pngOf } from '../../shared/sample-images.ts';
import type { FileToBring } from './follow.ts';
import { pngInternationalText, pngPiece } from './png-pieces.ts';

/**
 * Whole pictures and a film with a page where fewer people look: not in the first kind of text that a PNG can have, not
 * behind the kind of file that was in the news, and before an end mark like that of a file in which all is well.
 */
export function hiddenPages({ random }: ExperimentHandle): readonly FileToBring[] {
  const size = () => ({ width: random.integer(40, 160), height: random.integer(30, 120) });
  const hidden = (
    what: string,
    contentType: 'image/png' | 'image/jpeg' | 'video/mp4',
    contentWith: (page: Uint8Array) => Uint8Array,
  ): FileToBring => {
    const page = ascii(`<script>alert('word-${random.integer(1_000_000, 9_999_999)}')</script>`);
    const isFilm = contentType === 'video/mp4';
    const content = contentWith(joined(ascii('<!doctype html><html>'), page));
    return {
      ...{ what: `${what}, as ${contentType}`, contentType, content, page },
      // Whoever draws a picture anew serves that alone, and does no harm.
      ...{ kind: isFilm ? 'video' : 'image', expected: 'never', holdsPicture: !isFilm },
    };
  };
  return [
    hidden('a picture with a web page in its international text', 'image/png', (page) =>
      pngOf(random, size(), pngInternationalText('Comment', page)),
    ),
    hidden('a picture with a web page in a piece of its own', 'image/png', (page) =>
      pngOf(random, size(), pngPiece('paGe', page)),
    ),
    hidden('a picture with a web page and a second end behind it', 'image/png', (page) =>
      joined(pngOf(random, size()), page, pngPiece('IEND', new Uint8Array())),
    ),
    hidden('a JPEG with a web page behind it', 'image/jpeg', (page) => joined(jpegOf(random, size(), 'scan'), page)),
    hidden('a film with a web page behind it', 'video/mp4', (page) =>
      joined(mp4Of(random, random.integer(3_000, 9_000)), page),
    ),
  ];
}
