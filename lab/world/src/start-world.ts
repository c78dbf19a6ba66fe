import { randomUUID } from 'node:crypto';
import { startControlServer } from './control/control-server.ts';
import { createProvider } from './payment/provider.ts';
import { type CallerPort, startProviderServer } from './payment/provider-server.ts';
import { createRandom } from './random.ts';
import { createReceiver } from './receiver/receiver.ts';
import { receiverDoor } from './receiver/receiver-door.ts';
import { startReceiverServer } from './receiver/receiver-server.ts';
import { createScanner } from './scanner/scanner.ts';
import { scannerDoor } from './scanner/scanner-door.ts';
import { startScannerServer } from './scanner/scanner-server.ts';
import type { WorldConfig } from './world-config.ts';

export interface StartedWorld extends AsyncDisposable {
  readonly control: number;
  /** Port by caller. */
  readonly callers: Readonly<Record<string, number>>;
  /** Port of the virus scanner by caller; undefined when it was not asked for. */
  readonly scanner: Readonly<Record<string, number>> | undefined;
  /** Port of the receiver of webhooks by caller; undefined when it was not asked for. */
  readonly receiver: Readonly<Record<string, number>> | undefined;
  /** Settles when somebody asks the world to stop by its control API. */
  readonly stopped: Promise<void>;
}

/** Starts the outside world in this process. */
export async function startWorld(config: WorldConfig): Promise<StartedWorld> {
  const { callers, scannerCallers, receiverCallers, controlPort, token, seed, keyTtlMs } = config;
  await using starting = new AsyncDisposableStack();
  const { promise: stopped, resolve: onStop } = Promise.withResolvers<void>();
  // Monotonic, and on the same axis as the clocks of other processes.
  const now = () => performance.timeOrigin + performance.now();
  const provider = createProvider({
    now,
    newId: randomUUID,
    random: createRandom(seed),
    ...(keyTtlMs === undefined ? {} : { keyTtlMs }),
  });
  const payment = starting.use(await startProviderServer(provider, callers));
  const scanner = createScanner({ now, newId: randomUUID, random: createRandom(seed) });
  const scanning = scannerCallers && starting.use(await startScannerServer(scanner, scannerCallers));
  const receiver = createReceiver({ now, newId: randomUUID, random: createRandom(seed) });
  const receiving = receiverCallers && starting.use(await startReceiverServer(receiver, receiverCallers));
  const doors = [
    ...(scanning ? [scannerDoor(scanner, scanning)] : []),
    ...(receiving ? [receiverDoor(receiver, receiving)] : []),
  ];
  const control = starting.use(
    await startControlServer({ provider, payment, doors, token, port: controlPort, onStop }),
  );
  const running = starting.move();
  return {
    control: control.port,
    callers: portsByCaller(payment),
    scanner: scanning && portsByCaller(scanning),
    receiver: receiving && portsByCaller(receiving),
    stopped,
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

function portsByCaller({ ports }: { readonly ports: readonly CallerPort[] }): Readonly<Record<string, number>> {
  return Object.fromEntries(ports.map(({ caller, port }) => [caller, port]));
}
