import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type RuntimeContext, spawnPart, type TemplateSpec } from '@lab/runtime';
import { LabError, SubmissionError } from '@lab/sdk';
import { Client } from 'pg';
import { commitGateFunctionSql, installCommitGates } from './commit-gate.ts';
import { ownerRole } from './service-environment.ts';

/** Logins are made for this many replicas of each program; a login that nobody uses costs nothing. */
const replicaLogins = 5;

const rolesSql = `
  DO $$ DECLARE program text; BEGIN
    IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = '${ownerRole}') THEN
      CREATE ROLE ${ownerRole} LOGIN CREATEROLE;
    END IF;
    IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'shelfwise_app') THEN
      CREATE ROLE shelfwise_app NOLOGIN;
    END IF;
    GRANT shelfwise_app TO ${ownerRole} WITH ADMIN OPTION;
    FOR n IN 1..${replicaLogins} LOOP
      FOREACH program IN ARRAY ARRAY['api_', 'worker_'] LOOP
        IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = program || n) THEN
          EXECUTE format('CREATE ROLE %I LOGIN IN ROLE shelfwise_app', program || n);
          EXECUTE format('ALTER ROLE %I SET role = shelfwise_app', program || n);
        END IF;
      END LOOP;
    END LOOP;
  END $$;`;

/** Hash of the folder's file names and bytes: two trees with the same hash migrate the same way. */
export async function hashFolder(folder: string): Promise<string> {
  const hash = createHash('sha256');
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  for (const path of paths) {
    hash
      .update(path.slice(folder.length))
      .update('\0')
      .update(await readFile(path))
      .update('\0');
  }
  return hash.digest('hex');
}

/** The migrated and seeded database that every run is a clone of. */
export async function shopTemplate(context: RuntimeContext, serviceDir: string): Promise<TemplateSpec> {
  const migrations = await hashFolder(join(serviceDir, 'migrations'));
  const seed = await hashFolder(join(serviceDir, 'src', 'seed'));
  // The seed stores hashes of passwords as well.
  const password = await readFile(join(serviceDir, 'src', 'auth', 'password.ts'));
  const key = createHash('sha256')
    .update(migrations)
    .update(seed)
    .update(password)
    .update(commitGateFunctionSql)
    .update(rolesSql);
  return {
    key: key.digest('hex').slice(0, 16),
    build: async ({ adminUrl }) => {
      const admin = await connectAdmin(adminUrl);
      try {
        const password = createHash('sha256').update(adminUrl).digest('hex');
        const database = decodeURIComponent(new URL(adminUrl).pathname.slice(1));
        await admin.query(rolesSql);
        await admin.query(`ALTER ROLE ${ownerRole} PASSWORD '${password}'`);
        await admin.query(`ALTER DATABASE "${database}" OWNER TO ${ownerRole}`);
        // A learner's library may make a schema of its own; the rights of the template go with every clone.
        await admin.query(`GRANT CREATE ON DATABASE "${database}" TO shelfwise_app`);
        await admin.query(`ALTER SCHEMA public OWNER TO ${ownerRole}`);
        const ownerUrl = withUser(adminUrl, ownerRole, password);
        await runServiceProgram(context, { serviceDir, program: ['bin/migrate.ts', 'up'], ownerUrl });
        await runServiceProgram(context, { serviceDir, program: ['bin/seed.ts'], ownerUrl });
        await admin.query(commitGateFunctionSql);
        await installCommitGates(admin);
        await admin.query('VACUUM (FREEZE, ANALYZE)');
      } finally {
        await admin.end();
      }
    },
  };
}

export async function connectAdmin(url: string): Promise<Client> {
  const admin = new Client({ connectionString: url, application_name: 'lab:admin', connectionTimeoutMillis: 5_000 });
  admin.on('error', () => undefined);
  await admin.connect();
  return admin;
}

export function withUser(url: string, user: string, password: string): string {
  const parsed = new URL(url);
  parsed.username = user;
  parsed.password = password;
  return parsed.toString();
}

interface ServiceProgram {
  readonly serviceDir: string;
  readonly program: readonly string[];
  readonly ownerUrl: string;
  /** The program is the learner's: its failure rejects the submission. */
  readonly submitted?: boolean;
}

/** Runs one of ShelfWise's programs to its end, as the owner of the schema. */
export async function runServiceProgram(context: RuntimeContext, options: ServiceProgram): Promise<void> {
  const part = options.program.join('-').replaceAll(/[^a-z-]/g, '');
  const child = await spawnPart(context, {
    part,
    command: process.execPath,
    args: [...options.program],
    cwd: options.serviceDir,
    env: {
      DATABASE_MIGRATION_URL: options.ownerUrl,
      DATABASE_URL: options.ownerUrl,
      ENVIRONMENT: 'production',
      LOG_LEVEL: 'warn',
      NODE_COMPILE_CACHE: join(context.cacheDir, 'node-compile-cache'),
    },
    logFile: join(context.runDir, 'logs', `${part}.log`),
  });
  const limit = setTimeout(() => void child.kill(), 60_000);
  const exit = await child.exited;
  clearTimeout(limit);
  if (exit.exitCode === 0) return;
  const tail = child.tail().slice(-12).join('\n');
  const message = `${options.program.join(' ')} ended with ${exit.exitCode === null ? exit.signal : `exit ${exit.exitCode}`}:\n${tail}`;
  if (options.submitted === true) throw new SubmissionError('E_MIGRATION_FAILED', { stage: 'boot', message });
  throw new LabError('E_TEMPLATE', { message });
}
