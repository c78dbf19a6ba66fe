import { LabError } from '@lab/sdk';
import type { AdminConnections } from './admin-connections.ts';
import { SHOP_DATABASE, TEMPLATE_DATABASE } from './postgres-settings.ts';

// CREATE DATABASE copies neither the rights on the database nor its settings. Copied row by row, since
// GRANT and ALTER cannot express every list that can be stored.
const COPY_RIGHTS = `
  update pg_database set datacl = original.datacl, datdba = original.datdba
  from (select datacl, datdba from pg_database where datname = $2) original where datname = $1`;
const COPY_SETTINGS = `
  insert into pg_db_role_setting (setdatabase, setrole, setconfig)
  select (select oid from pg_database where datname = $1), setrole, setconfig
  from pg_db_role_setting where setdatabase = (select oid from pg_database where datname = $2)`;

/** Hands out databases that are exact copies of the template. */
export interface FreshDatabases {
  /**
   * Drops the current database, closing its connections, and puts the spare in its place. The next
   * spare is made in the background; if that failed, the next call says so, and the one after tries again.
   */
  next(): Promise<string>;
  /** One more copy of the template, beside the current database. Returns its name. */
  copy(): Promise<string>;
  /** Removes such a copy, closing its connections. */
  drop(name: string): Promise<void>;
  /** Waits for the spare that is being made; never rejects. */
  idle(): Promise<void>;
}

/** Begins to make the first spare at once. */
export function createFreshDatabases(admin: AdminConnections): FreshDatabases {
  let spares = 0;
  let copies = 0;
  const makeSpare = (): Promise<string> => {
    spares += 1;
    const spare = copyTemplate(admin, `spare_${spares}`);
    spare.catch(() => {}); // Reported by the next call.
    return spare;
  };
  let spare: Promise<string> | null = makeSpare();
  let queue: Promise<unknown> = Promise.resolve();

  const swap = async (): Promise<string> => {
    spare ??= makeSpare();
    const ready = spare;
    spare = null;
    const name = await ready;
    await admin.run(`drop database if exists ${SHOP_DATABASE} with (force)`);
    await admin.run(`alter database ${name} rename to ${SHOP_DATABASE}`);
    spare = makeSpare();
    return SHOP_DATABASE;
  };
  return {
    next() {
      const result = queue.then(swap);
      queue = result.catch(() => {}); // The caller has it; those after must not fail for it.
      return result;
    },
    async copy() {
      copies += 1;
      return await copyTemplate(admin, `copy_${copies}`);
    },
    async drop(name) {
      await admin.run(`drop database if exists ${name} with (force)`);
    },
    async idle() {
      await queue;
      await spare?.catch(() => {});
    },
  };
}

async function copyTemplate(admin: AdminConnections, name: string): Promise<string> {
  try {
    await admin.run(`create database ${name} template ${TEMPLATE_DATABASE} strategy file_copy`);
    await admin.run(COPY_RIGHTS, [name, TEMPLATE_DATABASE]);
    await admin.run(COPY_SETTINGS, [name, TEMPLATE_DATABASE]);
    return name;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new LabError('E_SPARE_FAILED', { message: `A fresh database could not be made: ${reason}.`, cause });
  }
}
