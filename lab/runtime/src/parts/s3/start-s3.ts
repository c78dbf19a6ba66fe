import { randomBytes } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import type { RuntimeContext } from '../../context.ts';
import { httpStatus } from '../../readiness/http-status.ts';
import { spawnPart } from '../../supervision/spawn-part.ts';
import { startOnFreePort } from '../start-on-free-port.ts';
import { baseEnvironment, logFileOf, type StartedPart, temporaryFolderOf, toolPath } from '../started-part.ts';

const PART = 's3';
const HOST = '127.0.0.1';
const REGION = 'us-east-1';
const READY_WITHIN_MS = 10_000;
const PROBE_LIMIT_MS = 1000;

export interface StartedS3 extends StartedPart {
  readonly host: string;
  readonly port: number;
  /** Endpoint for clients that name the bucket in the path. */
  readonly url: string;
  readonly region: string;
  /** Of the owner of everything; made anew for each start. */
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/**
 * Starts an object store that speaks S3, without buckets. Objects are files in the part's folder, which needs a
 * file system with extended attributes. Resolves when it answers.
 */
export async function startS3(ctx: RuntimeContext, options: { readonly firstPort?: number } = {}): Promise<StartedS3> {
  const command = toolPath(ctx, 'versitygw');
  const folder = temporaryFolderOf(ctx, PART);
  const dataDir = path.join(folder, 'data');
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const credentials = {
    accessKeyId: randomBytes(10).toString('hex').toUpperCase(),
    secretAccessKey: randomBytes(30).toString('base64url'),
  };
  // A path that only ours knows, so that another's server on the port is not taken for it.
  const readyPath = `/ready-${randomBytes(8).toString('hex')}`;
  const { child, ports } = await startOnFreePort(ctx, {
    part: PART,
    ports: 1,
    readyWithinMs: READY_WITHIN_MS,
    ...(options.firstPort === undefined ? {} : { firstPorts: [options.firstPort] }),
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
  const stop = async () => {
    const exit = await child.stop();
    await rm(folder, { recursive: true, force: true });
    return exit;
  };
  return {
    ...child,
    host: HOST,
    port: ports[0] ?? 0,
    url: urlOf(ports[0]),
    region: REGION,
    credentials,
    stop,
    async [Symbol.asyncDispose]() {
      await stop();
    },
  };
}

/** Settings of versitygw. */
export function s3Environment(settings: {
  readonly port: number;
  readonly credentials: StartedS3['credentials'];
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
