import { LabError } from '@lab/sdk';
import type { Client } from 'pg';
import * as z from 'zod';
import { defineFault } from '../fault.ts';
import { once } from '../once.ts';
import { wholeNumber } from '../parameters.ts';
import { endSessions, errorCodeOf, look, openSession, tableNamed } from './lab-session.ts';
import { postgresClaims, tableName } from './postgres-claims.ts';

const id = 'postgres-row-lock';
const lockNotAvailable = '55P03';

export const postgresRowLock = defineFault({
  id,
  title: 'Another session holds rows of a table',
  about: 'So many rows are locked FOR UPDATE. Readers see them; whoever changes one of them waits.',
  parameters: z.strictObject({
    table: z.string().regex(tableName).default('books').describe('table of the service'),
    tenant: z
      .string()
      .regex(/^[a-z0-9-]{1,63}$/)
      .default('any')
      .describe('slug of a tenant, or any'),
    rows: wholeNumber('how many rows', { min: 1, max: 10_000, usual: 1 }),
  }),
  targets: () => ['postgres'],
  availability: () => true,
  claims: () => postgresClaims('locks of tables'),
  inject: async (ground, { parameters, lastsMs }) => {
    const session = await openSession(ground, { fault: id, lastsMs });
    const undo = once(() => endSessions(ground, { fault: id, sessions: [session] }));
    try {
      return { undo, note: await lockRows(session, parameters) };
    } catch (error) {
      await undo();
      throw error;
    }
  },
  effect: (ground, { note: { table, row, rows } }) =>
    look(ground, async (session) => {
      try {
        await session.query(`SELECT 1 FROM ${table} WHERE ctid = $1::tid FOR UPDATE NOWAIT`, [row]);
        return { seen: false, measured: `another session could lock the row of ${table}` };
      } catch (error) {
        if (errorCodeOf(error) !== lockNotAvailable) throw error;
        return { seen: true, measured: `${rows} of ${table} held: another session was refused a lock (55P03)` };
      }
    }),
});

interface Wanted {
  readonly table: string;
  readonly tenant: string;
  readonly rows: number;
}

async function lockRows(session: Client, wanted: Wanted): Promise<{ table: string; row: string; rows: string }> {
  const table = await tableNamed(session, wanted.table);
  await session.query('BEGIN');
  const { rows } = await session.query<{ row: string }>(
    wanted.tenant === 'any'
      ? { text: `SELECT ctid::text AS row FROM ${table} LIMIT $1 FOR UPDATE`, values: [wanted.rows] }
      : {
          text: `SELECT ctid::text AS row FROM ${table} WHERE tenant_id = (SELECT id FROM tenants WHERE slug = $2)
                 LIMIT $1 FOR UPDATE`,
          values: [wanted.rows, wanted.tenant],
        },
  );
  const [first] = rows;
  if (first === undefined) {
    const whose = wanted.tenant === 'any' ? '' : ` of the tenant ${wanted.tenant}`;
    throw new LabError('E_NO_ROWS', { message: `${wanted.table} has no row${whose}.` });
  }
  return { table, row: first.row, rows: rows.length === 1 ? '1 row' : `${rows.length} rows` };
}
