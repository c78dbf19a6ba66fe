import type { Clock, MigrationHandle, TimelineEvent } from '@lab/sdk';
import type { MigrationGround } from '../../testbed/migration-ground.ts';
import { databaseName } from '../../testbed/service-environment.ts';
import { openMigrationSite } from './migration-site.ts';

interface MigrationOptions {
  readonly ground: MigrationGround;
  /** How the server shows the lab's sessions. */
  readonly name: string;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  onEvent(event: Omit<TimelineEvent, 'atMs'>): void;
}

/** `releaseAll` kills what runs, ends the lab's sessions, and drops the copies. */
export interface OwnedMigrations extends MigrationHandle {
  releaseAll(): Promise<void>;
}

type Site = ReturnType<typeof openMigrationSite>;

/** Opens nothing before it is used: most scenarios have no migrations to run. */
export function createMigrations(options: MigrationOptions, open: (database: string) => Site): OwnedMigrations {
  const { ground, onEvent } = options;
  const sites = new Map<string, Site>();
  const siteOf = (database: string): Site => {
    const site = sites.get(database) ?? withEvents(open(database), database, onEvent);
    sites.set(database, site);
    return site;
  };
  return {
    get shop() {
      return siteOf(databaseName);
    },
    copy: async () => {
      options.signal.throwIfAborted();
      return siteOf(await ground.copyDatabase());
    },
    releaseAll: async () => {
      for (const [database, site] of sites) {
        await site[Symbol.asyncDispose]();
        if (database !== databaseName) await ground.dropCopy(database);
      }
      sites.clear();
    },
  };
}

/** On real databases of the run. */
export function openMigrations(options: MigrationOptions): OwnedMigrations {
  return createMigrations(options, (database) => openMigrationSite({ ...options, database }));
}

/** The timeline says when a migration began and ended, and when a report was open. */
function withEvents(site: Site, database: string, onEvent: MigrationOptions['onEvent']): Site {
  return {
    ...site,
    begin: async (args, program = 'bin/migrate.ts') => {
      const detail = { database, program, args: args.join(' ') };
      const begun = await site.begin(args, program);
      onEvent({ event: 'change', name: 'migration', state: 'begin', detail });
      void begun.ended(endedWithinMs).then((end) => {
        if (end !== null) {
          onEvent({ event: 'change', name: 'migration', state: 'end', detail: { ...detail, exitCode: end.exitCode } });
        }
      });
      return begun;
    },
    holdReport: async (tables) => {
      const report = await site.holdReport(tables);
      const detail = { database, tables: tables.join(',') };
      onEvent({ event: 'fault', name: 'long-report', state: 'on', detail });
      let released: Promise<void> | undefined;
      const release = (): Promise<void> => {
        released ??= report
          .release()
          .then(() => onEvent({ event: 'fault', name: 'long-report', state: 'off', detail }));
        return released;
      };
      return { ...report, release, [Symbol.asyncDispose]: release };
    },
  };
}

/** Longer than any attempt: whatever runs then is killed, and has ended. */
const endedWithinMs = 600_000;
