import type { VariantDeclaration } from '@lab/sdk';

const check = (name: string): string => `migrations-lock-queue/${name}`;
const rowsRead = { [check('locks-do-not-grow')]: ['ROWS_READ_UNDER_LOCK'] };

/** Wrong fixes that hold the strong lock while they look at every row, and some that end in another schema. */
export const wrongSchemas: readonly VariantDeclaration[] = [
  {
    name: 'mutants/runner-only',
    about: 'The runner is right, and the one line still looks at every book under the strong lock.',
    listed: 'M1',
    killedBy: rowsRead,
  },
  {
    name: 'mutants/validate-in-one-file',
    about: 'NOT VALID, and VALIDATE in the same transaction: the strong lock of the first is held through the second.',
    listed: 'M1',
    killedBy: rowsRead,
  },
  {
    name: 'mutants/set-not-null',
    about: 'The column first, then SET NOT NULL in a file of its own: it looks at every row under the strong lock.',
    listed: 'M1',
    killedBy: rowsRead,
  },
  {
    name: 'mutants/index-in-the-transaction',
    about: 'The right column, and an index that nobody asked for, built while nobody can write.',
    killedBy: rowsRead,
  },
  {
    name: 'mutants/backfill-in-the-migration',
    about: 'Adds the column without a default and fills it in the same transaction, shop by shop.',
    listed: 'M6',
    killedBy: { [check('locks-do-not-grow')]: ['ROWS_READ_UNDER_LOCK', 'LOCK_HELD_LONG'] },
  },
  {
    name: 'mutants/domain',
    about: 'A domain holds the rule. PostgreSQL writes the whole table anew for a column of such a type.',
    killedBy: rowsRead,
  },
  {
    name: 'mutants/no-constraint',
    about: 'The column without the constraint: fast, and the database takes any binding.',
    cheat: true,
    killedBy: { [check('schema-complete')]: ['SCHEMA_INCOMPLETE'] },
  },
  {
    name: 'mutants/never-validated',
    about: 'NOT VALID, and nobody ever validates.',
    killedBy: { [check('schema-complete')]: ['NOT_VALIDATED'] },
  },
  {
    name: 'mutants/record-only',
    about: 'Records the migration as applied without doing it: somebody is to do it by hand, at night.',
    cheat: true,
    killedBy: { [check('schema-complete')]: ['SCHEMA_INCOMPLETE'] },
  },
  {
    name: 'mutants/every-deploy-again',
    about: 'Statements that may be repeated, and no record of them.',
    killedBy: { [check('runs-again')]: ['CHANGED_AGAIN'] },
  },
  {
    name: 'mutants/lock-in-a-row',
    about: 'Who migrates is a row in a table. The runner that was killed never takes it out.',
    killedBy: { [check('runs-again')]: ['NOT_AFTER_KILL'] },
  },
  {
    name: 'mutants/step-by-step',
    about:
      'Each statement is a transaction of its own, and the record comes after the last: killed in between, it begins anew.',
    killedBy: { [check('runs-again')]: ['NOT_AFTER_KILL'] },
  },
  {
    name: 'mutants/code-before-column',
    about: 'The pages ask for the binding before the migration has brought it.',
    killedBy: { [check('steady-state')]: ['ERRORS_AT_REST'] },
  },
];
