import { LabError } from '@lab/sdk';
import type { Proxy as ClientProxy, Toxiproxy } from 'toxiproxy-node-client';
import { freePorts } from '../supervision/free-ports.ts';

const HOST = '127.0.0.1';
const ATTEMPTS_MAX = 5;
/** Longer than any hold. A `timeout` toxic would hold too, but removing it closes the connections. */
const HOLD_LATENCY_MS = 60_000;

/** Takes a disturbance back. Calling it again is harmless. */
export type Undo = () => Promise<void>;

/**
 * How a toxic was taken back. `renewed`: it could not be, since a client had hung up (toxiproxy issue 558), so the link
 * was made anew. Every connection was closed, and what was on its way is lost: nothing that was held has arrived.
 */
export type ToxicEnd = 'removed' | 'renewed';

/** Takes a toxic back. Calling it again is harmless. */
type UndoToxic = () => Promise<ToxicEnd>;

/** Way of a byte through the proxy: `upstream` is from the client to the server. */
export type ProxyStream = 'upstream' | 'downstream';

export interface StartedProxy {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  /** Closes every connection and refuses new ones. */
  cut(): Promise<Undo>;
  /** Holds every byte of one direction, of open connections too; the undo lets them go in order. */
  hold(stream?: ProxyStream): Promise<UndoToxic>;
  /** Delays answers. */
  delay(options: { readonly latencyMs: number; readonly jitterMs: number }): Promise<UndoToxic>;
  /** Closes each connection, open ones too, once so many bytes have gone over it in one direction. */
  limit(stream: ProxyStream, bytes: number): Promise<UndoToxic>;
  /** Takes back everything that was done to this proxy. */
  clear(): Promise<void>;
  /**
   * Ends every connection and drops what is on its way; afterwards it is open and without toxics. For a client that
   * is dead: taking a toxic from a connection that has ended hangs (toxiproxy issue 558).
   */
  renew(): Promise<void>;
}

export interface ProxySpec {
  readonly client: Toxiproxy;
  readonly name: string;
  readonly upstream: { readonly host: string; readonly port: number };
  /** Puts a time limit on one call: removing a toxic can hang (toxiproxy issue 558). */
  limit<T>(what: string, call: Promise<T>): Promise<T>;
}

/** Opens a proxy on a free port. */
export async function createProxy(spec: ProxySpec): Promise<StartedProxy> {
  const { limit, name } = spec;
  const proxy = await openOnFreePort(spec);
  const port = Number(proxy.listen.slice(proxy.listen.lastIndexOf(':') + 1));
  let toxics = 0;
  let renewals = 0;
  let renewing: Promise<void> = Promise.resolve();
  const setEnabled = async (enabled: boolean): Promise<void> => {
    const { listen, upstream } = proxy;
    await limit(`${enabled ? 'open' : 'cut'} ${name}`, proxy.update({ enabled, listen, upstream }));
  };
  const renew = async (): Promise<void> => {
    const { listen, upstream } = proxy;
    await limit(`remove ${name}`, proxy.remove());
    await limit(`open ${name}`, spec.client.createProxy({ name, listen, upstream, enabled: true }));
  };
  const renewAfter = async (removal: Promise<void>): Promise<void> => {
    const before = renewals;
    try {
      await limit(`remove a toxic from ${name}`, removal);
    } catch {
      // All that is on the link goes with it: whoever put it there is told when they take it back.
      if (renewals === before) {
        renewals += 1;
        renewing = renew();
      }
      await renewing;
    }
  };
  const addToxic = async (
    type: 'latency' | 'limit_data',
    stream: ProxyStream,
    attributes: { latency: number; jitter: number } | { bytes: number },
  ): Promise<UndoToxic> => {
    toxics += 1;
    const body = { name: `${type}-${toxics}`, type, stream, toxicity: 1, attributes };
    const toxic = await limit(`add a toxic to ${name}`, proxy.addToxic(body));
    const before = renewals;
    return once(async () => {
      if (renewals === before) await renewAfter(ignoreMissing(toxic.remove()));
      if (renewals === before) return 'removed';
      await renewing;
      return 'renewed';
    });
  };
  return {
    name,
    host: HOST,
    port,
    async cut() {
      await setEnabled(false);
      return once(() => setEnabled(true));
    },
    hold: (stream = 'upstream') => addToxic('latency', stream, { latency: HOLD_LATENCY_MS, jitter: 0 }),
    delay: ({ latencyMs, jitterMs }) => addToxic('latency', 'downstream', { latency: latencyMs, jitter: jitterMs }),
    limit: (stream, bytes) => addToxic('limit_data', stream, { bytes }),
    async clear() {
      const current = await limit(`read ${name}`, spec.client.getApi().get<ProxyState>(proxy.getPath()));
      for (const toxic of current.data.toxics) {
        const url = `${proxy.getPath()}/toxics/${toxic.name}`;
        await renewAfter(ignoreMissing(spec.client.getApi().delete(url)));
      }
      if (!current.data.enabled) await setEnabled(true);
    },
    renew,
  };
}

interface ProxyState {
  readonly enabled: boolean;
  readonly toxics: readonly { readonly name: string }[];
}

/**
 * A port of our own choice rather than port 0: that would be one from which outgoing connections are
 * taken, so a proxy that was cut could find its port in use when it is opened again.
 */
async function openOnFreePort({ client, name, upstream, limit }: ProxySpec): Promise<ClientProxy> {
  let cause: unknown;
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
    const [port] = await freePorts(1);
    const body = { name, listen: `${HOST}:${port}`, upstream: `${upstream.host}:${upstream.port}`, enabled: true };
    try {
      return await limit(`open ${name}`, client.createProxy(body));
    } catch (error) {
      cause = error; // Most likely the port; the client does not pass on what the server said.
    }
  }
  throw new LabError('E_PROXY_OPEN', {
    message: `Toxiproxy did not open the proxy ${name}.`,
    hint: 'npx lab logs toxiproxy',
    cause,
  });
}

/** Runs `undo` at the first call only; later calls share its result, unless it failed. */
function once<T>(undo: () => Promise<T>): () => Promise<T> {
  let running: Promise<T> | undefined;
  return () => {
    running ??= undo().catch((error: unknown) => {
      running = undefined;
      throw error;
    });
    return running;
  };
}

/** A toxic that is gone already (reset, clear) is what was wanted. */
async function ignoreMissing(removal: Promise<void>): Promise<void> {
  try {
    await removal;
  } catch (error) {
    if (!(error instanceof Error && error.message.includes('404'))) throw error;
  }
}
