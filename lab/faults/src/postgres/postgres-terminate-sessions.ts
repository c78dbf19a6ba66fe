import { LabError, type ReplicaName } from '@lab/sdk';
import { defineFault } from '../fault.ts';
import type { FaultGround } from '../ground.ts';
import { noParameters } from '../parameters.ts';
import { look } from './lab-session.ts';

const endLimitMs = 1_000;

export const postgresTerminateSessions = defineFault({
  id: 'postgres-terminate-sessions',
  title: 'PostgreSQL ends the sessions of a replica',
  about: 'As an administrator does, or a failover: statements under way fail, and pooled connections are dead.',
  isOneShot: true,
  parameters: noParameters,
  targets: (ground) => ['all', ...ground.names],
  availability: () => true,
  claims: () => [{ on: 'process postgres', isAlone: false }],
  inject: async (ground, { target }) => {
    const ended = await look(ground, async (session) => {
      // The start too: a process id may be given again.
      const { rows } = await session.query<{ session: string }>(
        `SELECT pid || ' ' || backend_start AS session, pg_terminate_backend(pid, $2) FROM pg_stat_activity
         WHERE usename = ANY ($1)`,
        [rolesOf(ground, target), endLimitMs],
      );
      return rows.map((row) => row.session);
    });
    if (ended.length === 0) throw new LabError('E_NO_SESSIONS', { message: `${target} has no session to end.` });
    return { undo: async () => undefined, note: { ended } };
  },
  effect: (ground, { note: { ended } }) =>
    look(ground, async (session) => {
      const { rows } = await session.query<{ left: number }>(
        `SELECT count(*)::int AS left FROM pg_stat_activity WHERE pid || ' ' || backend_start = ANY ($1)`,
        [ended],
      );
      const left = rows[0]?.left ?? 0;
      return { seen: left === 0, measured: `${ended.length - left} of ${ended.length} sessions are gone` };
    }),
});

function rolesOf(ground: FaultGround, target: string): readonly string[] {
  return ground.names.filter((name: ReplicaName) => target === 'all' || target === name).map(ground.roleOf);
}
