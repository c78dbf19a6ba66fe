import { randomBytes } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import type { RuntimeContext } from '../../context.ts';
import { httpStatus } from '../../readiness/http-status.ts';
import { spawnPart } from '../../supervision/spawn-part.ts';
import { createRestartable, type RestartablePart } from '../restartable-part.ts';
import { startOnFreePort } from '../start-on-free-port.ts';
import { baseEnvironment, logFileOf, temporaryFolderOf, toolPath } from '../started-part.ts';
import type { S3Target } from './ask-s3.ts';
import { emptyBuckets, makeBucket } from './buckets.ts';

const PART = 's3';
const HOST = '127.0.0.1';
const REGION = 'us-east-1';
const READY_WITHIN_MS = 10_000;
const PROBE_LIMIT_MS = 1000;

export interface S3Spec {
  /** Made at the start, and open to pages of any origin. */
  readonly buckets?: readonly string[];
  /** Port to try first; for tests. */
  readonly firstPort?: number;
}

/**
 * Its address and the credentials, which belong to the owner of everything and are made anew for each start, stay the
 * same when it is restarted; so do buckets, and objects unless it comes back empty. Clients name the bucket in the path.
 */
export interface StartedS3 extends RestartablePart, S3Target {
  readonly host: string;
  readonly port: number;
  /** Takes every object out of the buckets. Nobody may be writing. */
  empty(): Promise<void>;
}

/**
 * Starts an object store that speaks S3. Objects are files in the part's folder, which needs a file system with
 * extended attributes. Resolves when it answers and has its buckets.
 */
export async function startS3(ctx: RuntimeContext, spec: S3Spec = {}): Promise<StartedS3> {
  const folder = temporaryFolderOf(ctx, PART);
  const home: Home = {
    command: toolPath(ctx, 'versitygw'),
    folder,
    dataDir: path.join(folder, 'data'),
    credentials: {
      accessKeyId: randomBytes(10).toString('hex').toUpperCase(),
      secretAccessKey: randomBytes(30).toString('base64url'),
    },
    readyPath: `/ready-${randomBytes(8).toString('hex')}`,
  };
  const { dataDir, credentials } = home;
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const first = spec.firstPort === undefined ? {} : { firstPorts: [spec.firstPort] };
  const { child, ports } = await boot(ctx, { home, ...first });
  const port = ports[0] ?? 0;
  const part = createRestartable({
    first: child,
    boot: async () => (await boot(ctx, { home, onlyPorts: [port] })).child,
    empty: () => emptyBuckets(dataDir),
    remove: () => rm(folder, { recursive: true, force: true }),
  });
  const target: S3Target = { url: urlOf(port), region: REGION, credentials };
  try {
    for (const bucket of spec.buckets ?? []) await makeBucket(target, bucket);
  } catch (error) {
    await part.stop();
    throw error;
  }
  // Not spread: `pid` and `exited` are of the newest process.
  return Object.assign(part, { host: HOST, port, ...target, empty: () => emptyBuckets(dataDir) });
}

interface Home {
  readonly command: string;
  readonly folder: string;
  readonly dataDir: string;
  readonly credentials: S3Target['credentials'];
  /** A path that only ours knows, so that another's server on the port is not taken for it. */
  readonly readyPath: string;
}

interface Boot {
  readonly home: Home;
  readonly firstPorts?: readonly number[];
  readonly onlyPorts?: readonly number[];
}

function boot(ctx: RuntimeContext, { home, ...ports }: Boot) {
  const { command, folder, dataDir, credentials, readyPath } = home;
  return startOnFreePort(ctx, {
    part: PART,
    ports: 1,
    readyWithinMs: READY_WITHIN_MS,
    ...ports,
    spawn: ([port]) =>
      spawnPart(ctx, {
        part: PART,
        command,
        args: ['posix', dataDir],
        // Arguments can be read by every user of the machine, the environment by this one only.
        env: { ...baseEnvironment(folder), ...s3Environment({ port: port ?? 0, credentials, readyPath }) },
        cwd: folder,
        logFile: logFileOf(ctx, PART),
      }),
    isReady: async ([port]) => (await httpStatus(urlOf(port) + readyPath, { timeoutMs: PROBE_LIMIT_MS })) === 200,
    isPortTaken: (lines) => lines.some((line) => line.includes('address already in use')),
  });
}

/** Settings of versitygw. */
export function s3Environment(settings: {
  readonly port: number;
  readonly credentials: S3Target['credentials'];
  readonly readyPath: string;
}): Record<string, string> {
  return {
    ROOT_ACCESS_KEY_ID: settings.credentials.accessKeyId,
    ROOT_SECRET_ACCESS_KEY: settings.credentials.secretAccessKey,
    VGW_PORT: `${HOST}:${settings.port}`,
    VGW_REGION: REGION,
    VGW_HEALTH: settings.readyPath,
    // As Amazon's does; it is off by default.
    VGW_KEEP_ALIVE: 'true',
    // One line for each request is more than a log has room for.
    VGW_QUIET: 'true',
  };
}

function urlOf(port = 0): string {
  return `http://${HOST}:${port}`;
}
