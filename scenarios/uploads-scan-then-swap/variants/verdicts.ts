import type { VariantDeclaration } from '@lab/sdk';

const check = (name: string): string => `uploads-scan-then-swap/${name}`;
const ready = ['READY_WITHOUT_A_VERDICT'];

/** Wrong fixes that take something for a clean verdict that is none. */
export const verdicts: readonly VariantDeclaration[] = [
  {
    name: 'mutants/not-infected',
    about: 'The reference, with a verdict that asks whether the file is infected. Nobody has said that it is.',
    listed: 'U9',
    killedBy: { [check('no-verdict-not-ready')]: ready, [check('read-to-the-end')]: ready },
  },
  {
    name: 'mutants/found-is-all',
    about: 'Looks for FOUND in the answer; an error has none.',
    listed: 'U9',
    killedBy: { [check('no-verdict-not-ready')]: ready },
  },
  {
    name: 'mutants/ok-somewhere',
    about: 'Looks for OK in the answer, wherever it stands.',
    killedBy: { [check('no-verdict-not-ready')]: ready },
  },
  {
    name: 'mutants/limit-is-no-virus',
    about: 'A limit that was exceeded is no virus, and "Heuristics" is known to be wrong about large files.',
    killedBy: { [check('no-verdict-not-ready')]: ready, [check('read-to-the-end')]: ready },
  },
  {
    name: 'mutants/silence-is-consent',
    about: 'A scanner that says nothing in time has found nothing in time.',
    listed: 'U9',
    killedBy: { [check('no-verdict-not-ready')]: ready },
  },
  {
    name: 'mutants/open-while-down',
    about: 'While the scanner is down, files go on without it, and a line in the log says so.',
    listed: 'U9',
    killedBy: { [check('no-verdict-not-ready')]: ready },
  },
  {
    name: 'mutants/third-time-lucky',
    about: 'A file that could not be scanned twice is let through, so that nobody waits for ever.',
    killedBy: { [check('no-verdict-not-ready')]: ready },
  },
  {
    name: 'mutants/beginning-only',
    about: 'The scanner is shown the first 100,000 bytes: viruses sit at the beginning, and it has a limit.',
    killedBy: { [check('read-to-the-end')]: ready },
  },
  {
    name: 'mutants/piece-by-piece',
    about: 'A long file is shown to the scanner in pieces that are short enough, each as a stream of its own.',
    killedBy: { [check('read-to-the-end')]: ready },
  },
];
