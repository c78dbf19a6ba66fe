import type { RuntimeContext } from '../../context.ts';
import type { ExitInfo, Supervised } from '../../supervision/spawn-part.ts';
import type { StartedPart } from '../started-part.ts';
import { SERVICE_HOST, type ServiceProcessSpec, startServiceProcess } from './service-process.ts';

export interface ReplicaSpec extends ServiceProcessSpec {
  /** Ports to try first, public and internal. */
  readonly firstPorts?: readonly [number, number];
}

export interface WorkerReplicaSpec extends ServiceProcessSpec {
  /** Internal port to try first. */
  readonly firstPort?: number;
}

/** A process of the service without an address of its own: the lab asks it on its internal port only. */
export interface WorkerReplica extends StartedPart {
  readonly name: string;
  readonly host: string;
  readonly internalPort: number;
  readonly internalUrl: string;
  /** Asks it to end, and kills its group when it has not within `graceMs`. */
  stop(options?: { readonly signal?: NodeJS.Signals; readonly graceMs?: number }): Promise<ExitInfo>;
}

/** A process of the service that answers requests. */
export interface StartedReplica extends WorkerReplica {
  readonly port: number;
  readonly url: string;
}

/**
 * Starts one process of the service that answers requests and waits until it is ready. Throws a `SubmissionError` of
 * stage `boot` when the code cannot be run: E_BOOT_EXITED, E_BOOT_TIMEOUT, E_BOOT_OUTPUT; the process is then gone.
 */
export async function startReplica(ctx: RuntimeContext, spec: ReplicaSpec): Promise<StartedReplica> {
  const { firstPorts } = spec;
  const { child, ports } = await startServiceProcess(ctx, spec, {
    variables: ['INTERNAL_PORT', 'PORT'],
    ...(firstPorts ? { first: firstPorts.toReversed() } : {}),
  });
  const [internalPort = 0, port = 0] = ports;
  return { ...describe(spec.name, child, internalPort), port, url: `http://${SERVICE_HOST}:${port}` };
}

/** The same for a process that works off jobs: it is told INTERNAL_PORT only. */
export async function startWorkerReplica(ctx: RuntimeContext, spec: WorkerReplicaSpec): Promise<WorkerReplica> {
  const { firstPort } = spec;
  const { child, ports } = await startServiceProcess(ctx, spec, {
    variables: ['INTERNAL_PORT'],
    ...(firstPort === undefined ? {} : { first: [firstPort] }),
  });
  return describe(spec.name, child, ports[0] ?? 0);
}

function describe(name: string, child: Supervised, internalPort: number): WorkerReplica {
  return {
    ...child,
    name,
    host: SERVICE_HOST,
    internalPort,
    internalUrl: `http://${SERVICE_HOST}:${internalPort}`,
    async [Symbol.asyncDispose]() {
      await child.stop();
    },
  };
}
