import type { Server } from 'node:http';
import { Server as NetServer } from 'node:net';
import type { Request, RequestHandler, Response } from 'express';

/** Knows the requests in flight and ends the service's part in them politely. */
export interface Drain {
  readonly track: RequestHandler;
  isDraining(): boolean;
  /** From now on the service is not ready, and every response asks its client to use another connection. */
  begin(): void;
  /**
   * Stops accepting, then waits for the requests in flight. Resolves with the number of those that we had not finished
   * at the limit; clients that are slow to send or to read are cut off then too, and do not count.
   */
  finish(server: Server, limitMs: number): Promise<number>;
}

const IDLE_SWEEP_MS = 50;

export function createDrain(): Drain {
  const inFlight = new Map<Response, Request>();
  let draining = false;

  return {
    track(request, response, next) {
      inFlight.set(response, request);
      response.once('close', () => inFlight.delete(response));
      if (draining) response.shouldKeepAlive = false;
      next();
    },
    isDraining: () => draining,
    begin() {
      draining = true;
      for (const response of inFlight.keys()) response.shouldKeepAlive = false;
    },
    async finish(server, limitMs) {
      const closed = new Promise<void>((resolve) => stopListening(server, resolve));
      // A client may hold a connection open without using it, before or after its last response.
      const sweep = setInterval(() => {
        // To the server, a connection is idle once its response is written; the client may be reading it still.
        if (![...inFlight.keys()].some(({ writableEnded }) => writableEnded)) server.closeIdleConnections();
      }, IDLE_SWEEP_MS);
      const { promise: expired, resolve: expire } = Promise.withResolvers<void>();
      const timer = setTimeout(expire, limitMs);
      await Promise.race([closed, expired]);
      clearInterval(sweep);
      clearTimeout(timer);
      const cutOff = [...inFlight].filter(isOurs).length;
      server.closeAllConnections();
      server.close();
      return cutOff;
    },
  };
}

/** As `server.close()`, which closes idle connections at once, and with them responses that are being read. */
function stopListening(server: Server, done: () => void): void {
  NetServer.prototype.close.call(server, done);
}

/** Neither is the client still sending, nor have we given our answer. */
function isOurs([response, request]: readonly [Response, Request]): boolean {
  return request.complete && !response.writableEnded;
}
