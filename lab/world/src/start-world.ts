import { randomUUID } from 'node:crypto';
import { startControlServer } from './control/control-server.ts';
import { createProvider } from './payment/provider.ts';
import { startProviderServer } from './payment/provider-server.ts';
import { createRandom } from './random.ts';
import type { WorldConfig } from './world-config.ts';

export interface StartedWorld extends AsyncDisposable {
  readonly control: number;
  /** Port by caller. */
  readonly callers: Readonly<Record<string, number>>;
  /** Settles when somebody asks the world to stop by its control API. */
  readonly stopped: Promise<void>;
}

/** Starts the outside world in this process. */
export async function startWorld({ callers, controlPort, token, seed, keyTtlMs }: WorldConfig): Promise<StartedWorld> {
  await using starting = new AsyncDisposableStack();
  const { promise: stopped, resolve: onStop } = Promise.withResolvers<void>();
  const provider = createProvider({
    // Monotonic, and on the same axis as the clocks of other processes.
    now: () => performance.timeOrigin + performance.now(),
    newId: randomUUID,
    random: createRandom(seed),
    ...(keyTtlMs === undefined ? {} : { keyTtlMs }),
  });
  const payment = starting.use(await startProviderServer(provider, callers));
  const control = starting.use(await startControlServer({ provider, payment, token, port: controlPort, onStop }));
  const running = starting.move();
  return {
    control: control.port,
    callers: Object.fromEntries(payment.ports.map(({ caller, port }) => [caller, port])),
    stopped,
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}
