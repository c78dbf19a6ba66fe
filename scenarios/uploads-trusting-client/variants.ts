import type { VariantDeclaration } from '@lab/sdk';
import { believed } from './variants/believed.ts';
import { contents } from './variants/contents.ts';
import { solutions } from './variants/solutions.ts';
import { waysIn } from './variants/ways-in.ts';

const check = (name: string): string => `uploads-trusting-client/${name}`;

/** What the learner starts with, the wrong fixes that the checks must catch, and right ones that they must let pass. */
export const variants: readonly VariantDeclaration[] = [
  {
    name: 'broken',
    about:
      'A form without a length, a confirmation that leaves the questions to the worker, and a PNG that only begins as one.',
    killedBy: {
      [check('store-refuses-the-size')]: ['STORE_TOOK_IT'],
      [check('confirmation-looks')]: ['CONFIRMED_UNSEEN'],
      [check('content-decides')]: ['PAGE_SERVED'],
    },
  },
  {
    name: 'mutants/uploads-off',
    about: 'Uploads are switched off until somebody has found out what is wrong with them.',
    cheat: true,
    killedBy: { [check('steady-state')]: ['ERRORS_AT_REST'] },
  },
  {
    name: 'mutants/refuses-files',
    about: 'Larger files are refused, so none is too large.',
    cheat: true,
    killedBy: { [check('allowed-files-come-through')]: ['UPLOAD_REFUSED'] },
  },
  {
    name: 'mutants/png-alone',
    about: 'PNG is what can be checked best, so nothing else is taken for a picture.',
    killedBy: { [check('allowed-files-come-through')]: ['NOT_READY'] },
  },
  {
    name: 'mutants/markup-is-any-tag',
    about: 'Whatever looks like a tag is a page, so cameras and drawing programs are refused for their descriptions.',
    killedBy: { [check('allowed-files-come-through')]: ['NOT_READY'] },
  },
  ...waysIn,
  ...believed,
  ...contents,
  ...solutions,
];
