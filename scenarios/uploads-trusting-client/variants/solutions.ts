import type { VariantDeclaration } from '@lab/sdk';

/** Right fixes, each unlike the reference. */
export const solutions: readonly VariantDeclaration[] = [
  {
    name: 'solutions/signed-put',
    about: 'One PUT whose type, length and checksum are signed headers: with others the signature is worth nothing.',
    killedBy: {},
  },
  {
    name: 'solutions/parts-for-all',
    about: 'Every file comes in parts of signed length, a small one in a single part; what the store has is added up.',
    killedBy: {},
  },
  {
    name: 'solutions/limit-of-the-kind',
    about:
      'The form takes up to the limit of its kind; whether it is the announced file, the store is asked at the confirmation.',
    killedBy: {},
  },
  {
    name: 'solutions/drawn-anew',
    about: 'sharp draws every picture anew, and what it has drawn is served: nothing but pixels comes through.',
    killedBy: {},
  },
  {
    name: 'solutions/drawn-as-webp',
    about: 'sharp draws every picture anew as a WebP, whatever it was: one kind of file is all that is ever served.',
    killedBy: {},
  },
];
