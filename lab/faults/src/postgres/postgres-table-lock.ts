import * as z from 'zod';
import { defineFault } from '../fault.ts';
import { once } from '../once.ts';
import { oneOf } from '../parameters.ts';
import { endSessions, errorCodeOf, look, openSession, tableNamed } from './lab-session.ts';
import { postgresClaims, tableName } from './postgres-claims.ts';

const id = 'postgres-table-lock';
const lockNotAvailable = '55P03';

/** What the lab asks for to see each lock: the weakest that it keeps out. */
const modes = {
  'access-exclusive': { lock: 'ACCESS EXCLUSIVE', refused: 'ACCESS SHARE' },
  share: { lock: 'SHARE', refused: 'ROW EXCLUSIVE' },
} as const;

export const postgresTableLock = defineFault({
  id,
  title: 'Another session holds a whole table',
  about:
    'As a migration does: with access-exclusive every statement on the table waits, reading too; with share only those that change it.',
  parameters: z.strictObject({
    table: z.string().regex(tableName).default('books').describe('table of the service'),
    mode: oneOf('strength of the lock', ['access-exclusive', 'share']),
  }),
  targets: () => ['postgres'],
  availability: () => true,
  claims: () => postgresClaims('locks of tables'),
  inject: async (ground, { parameters: { table, mode }, lastsMs }) => {
    const session = await openSession(ground, { fault: id, lastsMs });
    const undo = once(() => endSessions(ground, { fault: id, sessions: [session] }));
    try {
      const name = await tableNamed(session, table);
      await session.query('BEGIN');
      await session.query(`LOCK TABLE ${name} IN ${modes[mode].lock} MODE`);
      return { undo, note: { table: name } };
    } catch (error) {
      await undo();
      throw error;
    }
  },
  effect: (ground, { parameters: { mode }, note: { table } }) =>
    look(ground, async (session) => {
      const { refused } = modes[mode];
      try {
        await session.query('BEGIN');
        await session.query(`LOCK TABLE ${table} IN ${refused} MODE NOWAIT`);
        return { seen: false, measured: `another session got ${refused} on ${table}` };
      } catch (error) {
        if (errorCodeOf(error) !== lockNotAvailable) throw error;
        return { seen: true, measured: `another session was refused ${refused} on ${table} (55P03)` };
      }
    }),
});
