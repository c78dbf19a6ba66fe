import type { IncomingMessage, ServerResponse } from 'node:http';

/** One service's part of the control API: everything below its prefix. Who comes here has shown the token. */
export interface Door {
  /** As `/scanner/`. */
  readonly prefix: string;
  route(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void>;
  /** Part of `POST /reset`. */
  reset(): void;
}
