import type { Server } from 'node:http';
import type { RequestHandler, Response } from 'express';

/** Knows the requests in flight and ends the service's part in them politely. */
export interface Drain {
  readonly track: RequestHandler;
  isDraining(): boolean;
  /** From now on the service is not ready, and every response asks its client to use another connection. */
  begin(): void;
  /** Stops accepting, then waits for the requests in flight; resolves with the number cut off at the limit. */
  finish(server: Server, limitMs: number): Promise<number>;
}

const IDLE_SWEEP_MS = 50;

export function createDrain(): Drain {
  const inFlight = new Set<Response>();
  let draining = false;

  return {
    track(_request, response, next) {
      inFlight.add(response);
      response.once('close', () => inFlight.delete(response));
      if (draining) response.shouldKeepAlive = false;
      next();
    },
    isDraining: () => draining,
    begin() {
      draining = true;
      for (const response of inFlight) response.shouldKeepAlive = false;
    },
    async finish(server, limitMs) {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      // A client may hold a connection open without using it, before or after its last response.
      const sweep = setInterval(() => server.closeIdleConnections(), IDLE_SWEEP_MS);
      const { promise: expired, resolve: expire } = Promise.withResolvers<void>();
      const timer = setTimeout(expire, limitMs);
      await Promise.race([closed, expired]);
      clearInterval(sweep);
      clearTimeout(timer);
      const cutOff = inFlight.size;
      server.closeAllConnections();
      return cutOff;
    },
  };
}
