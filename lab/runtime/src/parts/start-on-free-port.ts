import { EnvironmentError } from '@lab/sdk';
import type { RuntimeContext } from '../context.ts';
import { waitUntil } from '../readiness/wait-until.ts';
import { freePorts } from '../supervision/free-ports.ts';
import type { Supervised } from '../supervision/spawn-part.ts';
import { describeExit, startFailure } from './started-part.ts';

const ATTEMPTS_MAX = 5;

export interface PortAttempt {
  readonly part: string;
  readonly ports: number;
  readonly readyWithinMs: number;
  spawn(ports: readonly number[]): Promise<Supervised>;
  /** Asked every 5 ms until it is true. */
  isReady(ports: readonly number[], child: Supervised): Promise<boolean> | boolean;
  /** Does what it printed say that a port was taken? */
  isPortTaken(lines: readonly string[], ports: readonly number[]): boolean;
  /** Ports to try first; for tests. */
  readonly firstPorts?: readonly number[];
  /** The only ports to try: whoever calls the part knows it by them. */
  readonly onlyPorts?: readonly number[];
}

/**
 * Starts a part on ports that nobody uses, again on others when it reports one as taken. Throws at its
 * exit, or when it is not ready in time, with its last lines; what was started is then gone.
 */
export async function startOnFreePort(
  ctx: RuntimeContext,
  attempt: PortAttempt,
): Promise<{ child: Supervised; ports: readonly number[] }> {
  let taken: readonly number[] = [];
  for (let count = 0; count < ATTEMPTS_MAX; count += 1) {
    const wanted = attempt.onlyPorts ?? (count === 0 ? attempt.firstPorts : undefined);
    const ports = wanted ?? (await freePorts(attempt.ports));
    const child = await attempt.spawn(ports);
    const failure = await becomeReady(ctx, { attempt, child, ports });
    if (failure === null) return { child, ports };
    await child.kill();
    if (ctx.signal.aborted || !attempt.isPortTaken(child.tail(), ports)) throw failure;
    taken = ports;
    ctx.log.warn(
      { part: attempt.part, ports },
      `port taken meanwhile, trying ${attempt.onlyPorts ? 'again' : 'another'}`,
    );
  }
  throw new EnvironmentError('E_PORT_TAKEN', {
    message: `${attempt.part} found its port taken ${ATTEMPTS_MAX} times, last ${taken.join(', ')}.`,
    hint: 'npx lab doctor',
  });
}

async function becomeReady(
  ctx: RuntimeContext,
  { attempt, child, ports }: { attempt: PortAttempt; child: Supervised; ports: readonly number[] },
): Promise<Error | null> {
  let early: Error | undefined;
  void child.exited.then((exit) => {
    early = startFailure(attempt.part, `${describeExit(exit)} while starting`, child);
  });
  const isReady = async (): Promise<boolean> => {
    // Toxiproxy says so and lives on without a port.
    if (attempt.isPortTaken(child.tail(), ports)) early ??= startFailure(attempt.part, 'found its port taken', child);
    return early !== undefined || attempt.isReady(ports, child);
  };
  try {
    await waitUntil(isReady, { what: attempt.part, withinMs: attempt.readyWithinMs, everyMs: 5, signal: ctx.signal });
    return early ?? null;
  } catch (error) {
    if (ctx.signal.aborted) return error instanceof Error ? error : new Error(String(error));
    return early ?? startFailure(attempt.part, `was not ready within ${attempt.readyWithinMs} ms`, child);
  }
}
