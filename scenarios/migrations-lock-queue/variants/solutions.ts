import type { VariantDeclaration } from '@lab/sdk';

/** Right fixes, each unlike the reference. */
export const solutions: readonly VariantDeclaration[] = [
  {
    name: 'solutions/setting-of-the-session',
    about: 'The limit is a setting of the connection, so that no transaction of it is without.',
    killedBy: {},
  },
  {
    name: 'solutions/limit-in-the-file',
    about: 'The runner stays as it is; the file that takes the strong lock brings the limit, in its own transaction.',
    killedBy: {},
  },
  {
    name: 'solutions/enum',
    about: 'A type with three values: one statement, no constraint to validate, no row looked at.',
    killedBy: {},
  },
  {
    name: 'solutions/lookup-table',
    about: 'A table of bindings and a foreign key, added NOT VALID and validated by a file of its own.',
    killedBy: {},
  },
  {
    name: 'solutions/gives-up-at-once',
    about: 'One try of two seconds, then exit 75: whoever deploys decides when the next one is.',
    killedBy: {},
  },
  {
    name: 'solutions/hardly-asks',
    about: 'Asks for 40 ms at a time, every 150 ms or so: no queue to speak of, and many tries.',
    killedBy: {},
  },
];
