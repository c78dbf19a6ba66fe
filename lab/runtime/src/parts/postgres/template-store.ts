import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import type { RuntimeContext } from '../../context.ts';
import { giveTo } from '../../supervision/run-as.ts';
import { type AdminConnections, adminUrl, createAdminConnections } from './admin-connections.ts';
import { type PostgresHome, runProgram, startServer } from './postgres-server.ts';
import {
  BUILD_DATABASE,
  INITDB_ARGUMENTS,
  POSTGRES_ACCESS,
  POSTGRES_CONFIGURATION,
  TEMPLATE_DATABASE,
} from './postgres-settings.ts';
import { MANIFEST_FILE, measureCluster, templateProblem } from './template-manifest.ts';

const INITDB_LIMIT_MS = 60_000;
const TEMPLATES_KEPT = 8;
const PASSWORD_FILE = 'superuser-password';

/** What goes into the template database. */
export interface TemplateSpec {
  /** Hash of everything that `build` puts in: another key, another template. */
  readonly key: string;
  /** Fills the empty database behind `adminUrl`, as superuser. Must close its connections. */
  build(database: { readonly adminUrl: string }): Promise<void>;
}

/** A stopped cluster in the cache folder, with the template database in it. */
export interface StoredTemplate {
  readonly dataDir: string;
  readonly password: string;
}

/** Folder of the template for this spec, whether or not it is there. */
export async function templateFolder(
  ctx: RuntimeContext,
  home: PostgresHome,
  spec: TemplateSpec,
): Promise<{ folder: string; key: string; version: string }> {
  const run = promisify(execFile);
  const { stdout } = await run(path.join(home.binDir, 'postgres'), ['-V'], { timeout: 10_000, signal: ctx.signal });
  const version = /(\d+(?:\.\d+)*)/.exec(stdout)?.[1] ?? 'unknown';
  const owner = home.runAs?.uid ?? process.getuid?.() ?? 0;
  const parts = [version, process.arch, owner, spec.key, ...INITDB_ARGUMENTS, POSTGRES_CONFIGURATION, POSTGRES_ACCESS];
  const key = createHash('sha256').update(parts.join('\0')).digest('hex').slice(0, 24);
  return { folder: path.join(storeOf(ctx), `${version}-${key}`), key, version };
}

/** Why the stored template cannot be used, null when it can, 'absent' when there is none. */
export function inspectTemplate(folder: string, key: string): string | null {
  if (!existsSync(folder)) return 'absent';
  if (!existsSync(path.join(folder, PASSWORD_FILE))) return 'its password file is missing';
  return templateProblem(folder, key);
}

/** The template in this folder. Marks it as used, so that it is not the next to be removed. */
export async function openTemplate(folder: string): Promise<StoredTemplate> {
  const now = new Date();
  await utimes(folder, now, now).catch(() => {}); // Another user's, readable: the order of removal matters little.
  return { dataDir: path.join(folder, 'data'), password: await readFile(path.join(folder, PASSWORD_FILE), 'utf8') };
}

/** Moves a damaged template out of the way and removes it. */
export async function removeTemplate(ctx: RuntimeContext, folder: string): Promise<void> {
  const aside = path.join(storeOf(ctx), `.damaged-${ctx.run}-${randomBytes(4).toString('hex')}`);
  ctx.journal.write({ event: 'temporary', path: aside });
  await rename(folder, aside).catch(() => {}); // Another lab was faster.
  await rm(aside, { recursive: true, force: true });
}

/**
 * Builds the template beside its place and moves it there in one step: where two labs build the same
 * one, the first to finish wins and the other uses the winner's.
 */
export async function buildTemplate(
  ctx: RuntimeContext,
  options: {
    readonly home: PostgresHome;
    readonly spec: TemplateSpec;
    readonly folder: string;
    readonly key: string;
    readonly version: string;
  },
): Promise<void> {
  const startedAt = performance.now();
  const { home, folder, key, version } = options;
  const workDir = path.join(storeOf(ctx), `.building-${ctx.run}-${randomBytes(4).toString('hex')}`);
  ctx.journal.write({ event: 'temporary', path: workDir });
  try {
    await mkdir(workDir, { recursive: true });
    const password = await initialise(ctx, home, workDir);
    const dataDir = path.join(workDir, 'data');
    await fill(ctx, { home, spec: options.spec, dataDir, password });
    const buildMs = Math.round(performance.now() - startedAt);
    const manifest = { schema: 1, key, version, ...measureCluster(dataDir), buildMs };
    await writeFile(path.join(workDir, MANIFEST_FILE), `${JSON.stringify(manifest, null, 2)}\n`);
    await publish(workDir, folder);
    ctx.log.info({ part: 'postgres', durationMs: buildMs, key }, 'template database built');
  } finally {
    await rm(workDir, { recursive: true, force: true });
  }
  await removeOldTemplates(storeOf(ctx), folder);
}

function storeOf(ctx: RuntimeContext): string {
  return path.join(ctx.cacheDir, 'postgres-templates');
}

/** Makes an empty cluster; returns the superuser's password, which is stored beside it. */
async function initialise(ctx: RuntimeContext, home: PostgresHome, workDir: string): Promise<string> {
  const password = randomBytes(24).toString('base64url');
  const dataDir = path.join(workDir, 'data');
  const passwordFile = path.join(workDir, PASSWORD_FILE);
  await mkdir(dataDir, { mode: 0o700 });
  await writeFile(passwordFile, password, { mode: 0o600 });
  giveTo(home.runAs, dataDir);
  giveTo(home.runAs, passwordFile);
  const args = [...INITDB_ARGUMENTS, '-D', dataDir, `--pwfile=${passwordFile}`];
  const part = 'postgres-initdb';
  await runProgram(ctx, { part, home, program: 'initdb', args, cwd: dataDir, limitMs: INITDB_LIMIT_MS });
  // Opened, not replaced: the owner stays the same.
  await writeFile(path.join(dataDir, 'postgresql.conf'), POSTGRES_CONFIGURATION);
  await writeFile(path.join(dataDir, 'pg_hba.conf'), POSTGRES_ACCESS);
  return password;
}

async function fill(
  ctx: RuntimeContext,
  options: {
    readonly home: PostgresHome;
    readonly spec: TemplateSpec;
    readonly dataDir: string;
    readonly password: string;
  },
): Promise<void> {
  const { home, spec, dataDir, password } = options;
  const server = await startServer(ctx, { part: 'postgres-template', home, dataDir });
  const address = { port: server.port, password };
  const admin = createAdminConnections(address, ctx.log);
  try {
    await admin.run('create extension pg_stat_statements');
    await admin.run(`create database ${BUILD_DATABASE}`);
    await spec.build({ adminUrl: adminUrl(address, BUILD_DATABASE) });
    await settleTables(address, ctx);
    await admin.run(`alter database ${BUILD_DATABASE} with allow_connections false`);
    await admin.run('select pg_terminate_backend(pid, 2000) from pg_stat_activity where datname = $1', [
      BUILD_DATABASE,
    ]);
    await admin.run(`alter database ${BUILD_DATABASE} rename to ${TEMPLATE_DATABASE}`);
    await admin.run(`alter database ${TEMPLATE_DATABASE} with is_template true`);
    await dropStockTemplates(admin);
  } finally {
    await admin.end();
    await server.stop();
  }
}

/** Nothing is made from them any more, and they are half of the files that each start copies. */
async function dropStockTemplates(admin: AdminConnections): Promise<void> {
  for (const name of ['template0', 'template1']) {
    await admin.run(`alter database ${name} with is_template false`);
    await admin.run(`drop database ${name}`);
  }
}

/** Leaves nothing for autovacuum to do while a run is measured, and statistics for the planner. */
async function settleTables(address: { port: number; password: string }, ctx: RuntimeContext): Promise<void> {
  const connections = createAdminConnections(address, ctx.log, BUILD_DATABASE);
  try {
    await connections.run('vacuum (freeze, analyze)');
  } finally {
    await connections.end();
  }
}

async function publish(workDir: string, folder: string): Promise<void> {
  try {
    await rename(workDir, folder);
  } catch (error) {
    // Another lab has built it meanwhile: theirs is as good.
    if (!existsSync(path.join(folder, MANIFEST_FILE))) throw error;
  }
}

async function removeOldTemplates(store: string, current: string): Promise<void> {
  const names = (await readdir(store)).filter((name) => !name.startsWith('.'));
  const used = await Promise.all(
    names.map(async (name) => {
      const info = await stat(path.join(store, name)).catch(() => null);
      return { folder: path.join(store, name), usedAtMs: info?.mtimeMs ?? 0 };
    }),
  );
  const old = used.filter((entry) => entry.folder !== current).sort((a, b) => b.usedAtMs - a.usedAtMs);
  for (const { folder } of old.slice(TEMPLATES_KEPT - 1)) await rm(folder, { recursive: true, force: true });
}
