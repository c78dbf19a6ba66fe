import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { LabError } from '@lab/sdk';
import type { RuntimeContext } from '../../context.ts';
import { findRunAs } from '../../supervision/run-as.ts';
import { spawnPart } from '../../supervision/spawn-part.ts';
import { baseEnvironment, logFileOf, type StartedPart, temporaryFolderOf, toolPath } from '../started-part.ts';
import { adminUrl, createAdminConnections } from './admin-connections.ts';
import { createFreshDatabases } from './fresh-databases.ts';
import { type PostgresHome, type PostgresServer, runToEnd, startServer } from './postgres-server.ts';
import { HOST, SUPERUSER } from './postgres-settings.ts';
import {
  buildTemplate,
  inspectTemplate,
  openTemplate,
  removeTemplate,
  type StoredTemplate,
  type TemplateSpec,
  templateFolder,
} from './template-store.ts';

const PART = 'postgres';
const COPY_LIMIT_MS = 120_000;
const BUILDS_MAX = 2;

export interface PostgresSpec {
  readonly template: TemplateSpec;
  /** Port to try first; for tests. */
  readonly firstPort?: number;
}

export interface StartedPostgres extends StartedPart {
  readonly host: string;
  readonly port: number;
  readonly superuser: { readonly user: string; readonly password: string };
  /** Connection string of a superuser session. */
  adminUrl(database: string): string;
  /** Connection string of a user, straight or through another address: a proxy's. */
  urlFor(user: string, password: string, database: string, via?: Address): string;
  /**
   * Puts an untouched copy of the template in the place of the current database and returns its name,
   * which is always the same. Connections to the former one are closed. The copy was made ahead.
   */
  freshDatabase(): Promise<string>;
  /** One more untouched copy of the template, beside the current database; returns its name. */
  copyDatabase(): Promise<string>;
  /** Removes such a copy. Connections to it are closed. */
  dropCopy(name: string): Promise<void>;
}

interface Address {
  readonly host: string;
  readonly port: number;
}

/**
 * Starts PostgreSQL on a copy of the cached template cluster, which is built first where it is missing
 * or damaged. Resolves when it accepts connections; the first fresh database is then in the making.
 */
export async function startPostgres(ctx: RuntimeContext, spec: PostgresSpec): Promise<StartedPostgres> {
  const binDir = toolPath(ctx, PART);
  await mkdir(ctx.cacheDir, { recursive: true });
  const home: PostgresHome = { binDir, runAs: findRunAs([binDir, ctx.runDir, ctx.cacheDir]) };
  const folder = temporaryFolderOf(ctx, PART);
  const dataDir = path.join(folder, 'data');
  await mkdir(folder, { recursive: true });
  const stored = await copyOfTemplate(ctx, { home, spec: spec.template, dataDir });
  const first = spec.firstPort === undefined ? {} : { firstPort: spec.firstPort };
  const server = await startServer(ctx, { part: PART, home, dataDir, ...first });
  return describe(ctx, { server, folder, password: stored.password });
}

function describe(
  ctx: RuntimeContext,
  { server, folder, password }: { server: PostgresServer; folder: string; password: string },
): StartedPostgres {
  const { child, port } = server;
  const admin = createAdminConnections({ port, password }, ctx.log);
  const databases = createFreshDatabases(admin);
  const end = async (leave: () => ReturnType<StartedPart['stop']>) => {
    // Paused, it would not let the connections go.
    await child.resume();
    await admin.end();
    const exit = await leave();
    await rm(folder, { recursive: true, force: true });
    return exit;
  };
  return {
    ...child,
    host: HOST,
    port,
    superuser: { user: SUPERUSER, password },
    adminUrl: (database) => adminUrl({ port, password }, database),
    urlFor: (user, password, database, via = { host: HOST, port }) =>
      `postgres://${encodeURIComponent(user)}:${encodeURIComponent(password)}@${via.host}:${via.port}/${database}`,
    freshDatabase: () => databases.next(),
    copyDatabase: () => databases.copy(),
    dropCopy: (name) => databases.drop(name),
    stop: () => end(() => server.stop()),
    kill: () => child.kill(),
    async [Symbol.asyncDispose]() {
      await end(() => server.stop());
    },
  };
}

interface CopyOptions {
  readonly home: PostgresHome;
  readonly spec: TemplateSpec;
  readonly dataDir: string;
}

/** Copies the template while it is being checked; a missing or damaged one is built. */
async function copyOfTemplate(ctx: RuntimeContext, options: CopyOptions): Promise<StoredTemplate> {
  const { home, spec, dataDir } = options;
  const place = await templateFolder(ctx, home, spec);
  let problem = await tryCopy(ctx, { ...place, dataDir });
  for (let builds = 0; problem !== null && builds < BUILDS_MAX; builds += 1) {
    if (problem !== 'absent') {
      const forPeople = `The template database in ${place.folder} is damaged: ${problem}. It is built again.`;
      ctx.log.warn({ part: PART, forPeople }, 'template database damaged, building it again');
      await removeTemplate(ctx, place.folder);
    }
    await buildTemplate(ctx, { home, spec, ...place });
    problem = await tryCopy(ctx, { ...place, dataDir });
  }
  if (problem === null) return openTemplate(place.folder);
  throw new LabError('E_TEMPLATE_DAMAGED', {
    message: `The template database was built again and still cannot be used: ${problem}.`,
    hint: `rm -r ${place.folder}`,
  });
}

/** Null when the copy can be used; else why the template cannot, and no copy is left. */
async function tryCopy(
  ctx: RuntimeContext,
  place: { readonly folder: string; readonly key: string; readonly dataDir: string },
): Promise<string | null> {
  if (!existsSync(place.folder)) return 'absent';
  const copy = copyFolder(ctx, path.join(place.folder, 'data'), place.dataDir).catch((error: unknown) => error);
  const problem = inspectTemplate(place.folder, place.key);
  const copyError = await copy;
  ctx.signal.throwIfAborted();
  if (problem === null && copyError === undefined) return null;
  await rm(place.dataDir, { recursive: true, force: true });
  if (problem === null) throw copyError;
  return problem;
}

/** Copies with owners, by reference where the file system can. */
async function copyFolder(ctx: RuntimeContext, from: string, to: string): Promise<void> {
  const ways = process.platform === 'darwin' ? [['-Rpc'], ['-Rp']] : [['-a', '--reflink=auto'], ['-a']];
  let failure: unknown;
  for (const flags of ways) {
    const child = await spawnPart(ctx, {
      part: 'postgres-copy',
      command: 'cp',
      args: [...flags, from, to],
      env: baseEnvironment(path.dirname(to)),
      cwd: path.dirname(to),
      logFile: logFileOf(ctx, 'postgres-copy'),
    });
    try {
      return await runToEnd(ctx, child, COPY_LIMIT_MS);
    } catch (error) {
      failure = error; // Not every cp knows the flag for copies by reference.
      ctx.signal.throwIfAborted();
      await rm(to, { recursive: true, force: true });
    }
  }
  throw failure;
}
