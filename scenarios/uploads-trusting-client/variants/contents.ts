import type { VariantDeclaration } from '@lab/sdk';

const check = (name: string): string => `uploads-trusting-client/${name}`;
const impostor = ['IMPOSTOR_READY'];
const page = ['PAGE_SERVED'];

/** Wrong fixes that believe what a file is called, or what it begins with. */
export const contents: readonly VariantDeclaration[] = [
  {
    name: 'mutants/type-as-announced',
    about: 'The type that the browser has sent, and that the form has bound, is the type.',
    listed: 'U4',
    killedBy: { [check('content-decides')]: ['IMPOSTOR_READY', 'WRONG_TYPE_SERVED'] },
  },
  {
    name: 'mutants/magic-bytes',
    about: 'file-type looks at the first 4 kB; what it does not know is as it was announced.',
    listed: 'U5',
    killedBy: { [check('content-decides')]: impostor },
  },
  {
    name: 'mutants/magic-bytes-known',
    about: 'file-type must know it as one of ours. It looks at the beginning.',
    listed: 'U5',
    killedBy: { [check('content-decides')]: ['IMPOSTOR_READY', 'PAGE_SERVED'] },
  },
  {
    name: 'mutants/film-by-its-head',
    about: 'A film is what begins as one: nothing is asked about its boxes.',
    killedBy: { [check('content-decides')]: impostor },
  },
  {
    name: 'mutants/picture-at-first-sight',
    about: 'A PNG begins with signature and head; the decoder does not read what stands behind its end.',
    killedBy: { [check('content-decides')]: page },
  },
  {
    name: 'mutants/decoded-is-enough',
    about: 'sharp can decode it, so it is a picture, and the file is served as it came.',
    killedBy: { [check('content-decides')]: page },
  },
  {
    name: 'mutants/one-kind-of-text',
    about: 'A PNG is walked through from piece to piece, and its comment looked into; pages stand in other pieces too.',
    killedBy: { [check('content-decides')]: page },
  },
  {
    name: 'mutants/ends-like-one',
    about: 'A PNG ends with its end mark, so nothing can stand behind it; whether that is its first one is not asked.',
    killedBy: { [check('content-decides')]: page },
  },
  {
    name: 'mutants/thumbnails-inline',
    about: 'Thumbnails are our own drawings and are shown in pages, so they are delivered inline.',
    killedBy: { [check('content-decides')]: ['SERVED_INLINE'] },
  },
  {
    name: 'mutants/served-inline',
    about: 'Covers are delivered inline, because shops show them in their pages.',
    killedBy: { [check('content-decides')]: ['SERVED_INLINE'] },
  },
  {
    name: 'mutants/never-decides',
    about: 'What is no picture waits for somebody to look at it, and is tried again and again.',
    cheat: true,
    killedBy: { [check('content-decides')]: ['UNDECIDED'] },
  },
  {
    name: 'mutants/ready-unseen',
    about: 'Pictures are ready when they have been scanned; nobody looks at them.',
    cheat: true,
    killedBy: { [check('content-decides')]: impostor },
  },
  {
    name: 'mutants/scanned-later',
    about: 'What the scanner says goes to a list for people, because it is so often wrong.',
    killedBy: { [check('only-clean-is-ready')]: ['INFECTED_SERVED'] },
  },
];
