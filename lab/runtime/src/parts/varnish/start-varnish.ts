import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { RuntimeContext } from '../../context.ts';
import { spawnPart } from '../../supervision/spawn-part.ts';
import { startOnFreePort } from '../start-on-free-port.ts';
import { baseEnvironment, logFileOf, type StartedPart, temporaryFolderOf, toolPath } from '../started-part.ts';
import { PLACE_FILE, varnishPlace } from './varnish-place.ts';

const PART = 'varnish';
const HOST = '127.0.0.1';
/** It compiles its rules first. */
const READY_WITHIN_MS = 20_000;

export interface VarnishSpec {
  /** VCL that includes `varnish-place.vcl`, and uses its backend `api` and its acl `purgers`. */
  readonly rulesFile: string;
  /** Need not be there yet. */
  readonly origin: { readonly host: string; readonly port: number };
  /** Port to try first; for tests. */
  readonly firstPort?: number;
}

export interface StartedVarnish extends StartedPart {
  readonly host: string;
  readonly port: number;
  readonly url: string;
}

/** Starts the shared HTTP cache in front of an origin. Resolves when it takes requests. */
export async function startVarnish(ctx: RuntimeContext, spec: VarnishSpec): Promise<StartedVarnish> {
  const command = toolPath(ctx, PART);
  const folder = temporaryFolderOf(ctx, PART);
  const workDir = path.join(folder, 'work');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeFile(path.join(folder, PLACE_FILE), varnishPlace(spec.origin));
  const { child, ports } = await startOnFreePort(ctx, {
    part: PART,
    ports: 1,
    readyWithinMs: READY_WITHIN_MS,
    ...(spec.firstPort === undefined ? {} : { firstPorts: [spec.firstPort] }),
    spawn: ([port = 0]) =>
      spawnPart(ctx, {
        part: PART,
        command,
        args: varnishArguments({ port, workDir, rulesFile: spec.rulesFile, placeFolder: folder }),
        env: baseEnvironment(folder),
        cwd: folder,
        logFile: logFileOf(ctx, PART),
      }),
    // It listens before it has a process that answers, and says so when it has.
    isReady: (_, { tail }) => tail().some((line) => line.includes('said Child starts')),
    isPortTaken: (lines) => lines.some((line) => line.includes('Address already in use')),
  });
  const port = ports[0] ?? 0;
  const stop = async () => {
    const exit = await child.stop();
    await rm(folder, { recursive: true, force: true });
    return exit;
  };
  return {
    ...child,
    host: HOST,
    port,
    url: `http://${HOST}:${port}`,
    stop,
    async [Symbol.asyncDispose]() {
      await stop();
    },
  };
}

interface VarnishPlaces {
  readonly port: number;
  readonly workDir: string;
  readonly rulesFile: string;
  /** Where `varnish-place.vcl` is: looked into before the folder of the rules, which may have one of its own. */
  readonly placeFolder: string;
}

/** Words for varnishd: in the foreground, with 64 MiB of memory and no port for commands. */
export function varnishArguments({ port, workDir, rulesFile, placeFolder }: VarnishPlaces): string[] {
  const parameters = {
    vcl_path: `${placeFolder}:${path.dirname(rulesFile)}`,
    // The shared memory of its log is a file in the work folder: 80 MiB, unless told.
    vsl_space: '1M',
    // 200 threads, unless told.
    thread_pools: '1',
    thread_pool_min: '10',
  };
  const words = Object.entries(parameters).flatMap(([name, value]) => ['-p', `${name}=${value}`]);
  // Without a jail: it would change to a user of its own, who cannot read the run's folder.
  const jail = ['-j', 'none'];
  return [
    '-F',
    ...jail,
    '-n',
    workDir,
    '-a',
    `${HOST}:${port}`,
    '-T',
    'none',
    '-s',
    'malloc,64m',
    ...words,
    '-f',
    rulesFile,
  ];
}
