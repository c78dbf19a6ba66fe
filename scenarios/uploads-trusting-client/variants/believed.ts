import type { VariantDeclaration } from '@lab/sdk';

const check = (name: string): string => `uploads-trusting-client/${name}`;
const unseen = ['CONFIRMED_UNSEEN'];
const differ = ['ANSWERS_DIFFER'];

/** Wrong fixes that believe a confirmation, or believe it twice. */
export const believed: readonly VariantDeclaration[] = [
  {
    name: 'mutants/trust-the-confirmation',
    about: 'The reference, with a confirmation that leaves the questions to the worker.',
    listed: 'U2',
    killedBy: { [check('confirmation-looks')]: unseen },
  },
  {
    name: 'mutants/there-is-something',
    about: 'HEAD says that there is a file, and nobody compares its length; the form allows for some slack.',
    listed: 'U2',
    killedBy: { [check('confirmation-looks')]: unseen },
  },
  {
    name: 'mutants/one-place-per-shop',
    about: 'One place in the store for each shop: length and type are compared with those of whatever came last.',
    killedBy: { [check('confirmation-looks')]: unseen },
  },
  {
    name: 'mutants/confirmed-anew',
    about:
      'A confirmed upload may be confirmed again by the condition of the UPDATE; the question before it is asked too early.',
    killedBy: { [check('confirmed-once')]: differ },
  },
  {
    name: 'mutants/confirmed-by-whoever',
    about: 'Checks that it is pending, then writes without asking again.',
    killedBy: { [check('confirmed-once')]: differ },
  },
  {
    name: 'mutants/confirmed-while-in-hand',
    about: 'Confirming again starts the work anew, in case a worker hangs: two workers have it in hand.',
    killedBy: { [check('confirmed-once')]: ['PROCESSED_AGAIN'] },
  },
];
