import type { VariantDeclaration } from '@lab/sdk';

/** Right fixes, each unlike the reference. */
export const solutions: readonly VariantDeclaration[] = [
  {
    name: 'solutions/own-bytes',
    about:
      'The worker reads the file once, has these bytes scanned, and puts the same bytes where they are served from.',
    killedBy: {},
  },
  {
    name: 'solutions/copied-if-unchanged',
    about: 'Scans where it came in and copies afterwards; both only if it has the entity tag that was confirmed.',
    killedBy: {},
  },
  {
    name: 'solutions/written-once',
    about: 'One PUT with "If-None-Match: *" among its signed headers: the store takes one file and no second one.',
    killedBy: {},
  },
];
