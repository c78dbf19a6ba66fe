import { defineFault } from '../fault.ts';
import { once } from '../once.ts';
import { noParameters } from '../parameters.ts';
import { endSessions, look, openSession, sessionName } from './lab-session.ts';
import { postgresClaims } from './postgres-claims.ts';

const id = 'postgres-long-transaction';

export const postgresLongTransaction = defineFault({
  id,
  title: 'A transaction stays open',
  about:
    'A session holds a snapshot and does nothing. Nothing waits for it, but no row that died since can be cleared away: tables and indexes grow with every change.',
  parameters: noParameters,
  targets: () => ['postgres'],
  availability: () => true,
  claims: () => postgresClaims('the oldest snapshot'),
  inject: async (ground, { lastsMs }) => {
    const session = await openSession(ground, { fault: id, lastsMs });
    const undo = once(() => endSessions(ground, { fault: id, sessions: [session] }));
    try {
      // A snapshot that lasts is taken by the first statement.
      await session.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
      await session.query('SELECT count(*) FROM pg_class');
      return { undo, note: null };
    } catch (error) {
      await undo();
      throw error;
    }
  },
  effect: (ground) =>
    look(ground, async (session) => {
      const { rows } = await session.query<{ xmin: string; seconds: string }>(
        `SELECT backend_xmin::text AS xmin, round(extract(epoch FROM now() - xact_start), 1)::text AS seconds
         FROM pg_stat_activity WHERE application_name = $1 AND backend_xmin IS NOT NULL`,
        [sessionName(ground, id)],
      );
      const [found] = rows;
      if (found === undefined) return { seen: false, measured: 'no session holds the snapshot' };
      return {
        seen: true,
        measured: `a session holds the snapshot of transaction ${found.xmin} for ${found.seconds} s`,
      };
    }),
});
