import type { VariantDeclaration } from '@lab/sdk';

const check = (name: string): string => `uploads-trusting-client/${name}`;
const taken = ['STORE_TOOK_IT'];

/** Wrong fixes by which something comes into the store that should not, or goes another way. */
export const waysIn: readonly VariantDeclaration[] = [
  {
    name: 'mutants/put-with-a-hint',
    about: 'A signed PUT, with the length as metadata: a signature for a place and a time takes whatever comes.',
    listed: 'U1',
    killedBy: { [check('store-refuses-the-size')]: taken },
  },
  {
    name: 'mutants/size-at-most',
    about: 'Up to the announced length, from nothing on: an empty file is one too.',
    killedBy: { [check('store-refuses-the-size')]: taken },
  },
  {
    name: 'mutants/one-limit-for-all',
    about: 'A length condition with the limit of films in the code, for pictures too; the confirmation compares.',
    killedBy: { [check('store-refuses-the-size')]: taken },
  },
  {
    name: 'mutants/removed-when-seen',
    about:
      'What is too large is removed when it is confirmed, or swept away when its form has ended. It was there, and paid for.',
    killedBy: { [check('store-refuses-the-size')]: taken },
  },
  {
    name: 'mutants/any-length-announced',
    about:
      'The form binds the announced length, so the announcement needs no limit any more: 4 GB are announced as 4 GB.',
    killedBy: { [check('store-refuses-the-size')]: taken },
  },
  {
    name: 'mutants/type-left-open',
    about: 'The form leaves the type to the browser, and keeps pages under ours.',
    killedBy: { [check('store-refuses-the-place')]: taken },
  },
  {
    name: 'mutants/place-left-open',
    about: 'The form is for the folder of the shop: one upload may overwrite another.',
    killedBy: { [check('store-refuses-the-place')]: taken },
  },
  {
    name: 'mutants/form-for-a-day',
    about: 'A form that is good for a day, because somebody’s line was slow.',
    killedBy: { [check('forms-end')]: taken },
  },
  {
    name: 'mutants/form-for-a-second',
    about: 'A form that ends before a file can come.',
    cheat: true,
    killedBy: { [check('forms-end')]: ['STORE_REFUSED_IT'] },
  },
  {
    name: 'mutants/never-cleared',
    about: 'What was announced waits for a week, in case somebody comes back to it.',
    cheat: true,
    killedBy: { [check('forms-end')]: ['NOT_CLEARED'] },
  },
  {
    name: 'mutants/through-the-api',
    about: 'Browsers send to the API, which counts the bytes and sends them on.',
    listed: 'U12',
    killedBy: { [check('bytes-pass-the-api-by')]: ['NOT_SENT_TO_THE_STORE'] },
  },
  {
    name: 'mutants/read-at-confirmation',
    about: 'The API reads the whole file when it is confirmed, and asks file-type what it is.',
    killedBy: { [check('bytes-pass-the-api-by')]: ['THROUGH_THE_API'] },
  },
];
