import type { VariantDeclaration } from '@lab/sdk';
import { comeBack } from './variants/come-back.ts';
import { solutions } from './variants/solutions.ts';
import { swaps } from './variants/swaps.ts';
import { verdicts } from './variants/verdicts.ts';

const check = (name: string): string => `uploads-scan-then-swap/${name}`;

/** What the learner starts with, the wrong fixes that the checks must catch, and right ones that they must let pass. */
export const variants: readonly VariantDeclaration[] = [
  {
    name: 'broken',
    about:
      'Scans the file where it came in, and copies what is there afterwards; whatever the scanner does not call infected is clean.',
    killedBy: {
      [check('scanned-as-served')]: ['VIRUS_SERVED', 'SERVED_UNSCANNED'],
      [check('no-verdict-not-ready')]: ['READY_WITHOUT_A_VERDICT'],
      [check('read-to-the-end')]: ['READY_WITHOUT_A_VERDICT'],
    },
  },
  {
    name: 'mutants/uploads-off',
    about: 'Uploads are switched off until somebody has found out what is wrong with them.',
    cheat: true,
    killedBy: { [check('steady-state')]: ['ERRORS_AT_REST'] },
  },
  ...swaps,
  ...verdicts,
  ...comeBack,
  ...solutions,
];
