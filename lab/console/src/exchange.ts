import type { IncomingMessage, ServerResponse } from 'node:http';

const bodyBytesMax = 4 * 1024;

/** What an answer says of an error. `family` is there where the asker may pass it on as its own. */
export interface ErrorFacts {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
  readonly family?: string;
}

/** A request that is answered with an error. */
export class HttpProblem extends Error {
  readonly status: number;
  readonly facts: ErrorFacts;

  constructor(status: number, code: string, message: string, more: { family?: string; hint?: string } = {}) {
    super(message);
    this.status = status;
    this.facts = { code, message, ...more };
  }
}

/** The error families of the lab, by name: this package is built on nothing. */
const statusOfFamily: Readonly<Record<string, number>> = { UsageError: 400, LabError: 409, EnvironmentError: 409 };

/** What a handler refuses, or cannot do, is told to whoever asked; anything else is a bug. */
export function problemOf(error: unknown): HttpProblem {
  if (error instanceof HttpProblem) return error;
  const { name: family = '', code, message = '', hint } = (error ?? {}) as Partial<ErrorFacts & Error>;
  const status = statusOfFamily[family];
  if (status === undefined || code === undefined) return new HttpProblem(500, 'INTERNAL', String(error));
  return new HttpProblem(status, code, message, { family, ...(hint === undefined ? {} : { hint }) });
}

/** @throws HttpProblem 405 for any other method. */
export function requireMethod(request: IncomingMessage, method: 'GET' | 'POST'): void {
  if (request.method !== method) throw new HttpProblem(405, 'METHOD_REFUSED', `Only ${method} is answered here.`);
}

/** The body as text, at most 4 KiB. @throws HttpProblem 413 for more, 415 for a body that is not said to be JSON. */
export async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > bodyBytesMax) throw new HttpProblem(413, 'BODY_TOO_LARGE', `At most ${bodyBytesMax} bytes are read.`);
    chunks.push(chunk);
  }
  if (bytes > 0 && !/^application\/json\b/i.test(request.headers['content-type'] ?? '')) {
    throw new HttpProblem(415, 'TYPE_REFUSED', 'A body must be application/json.');
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** @throws HttpProblem 400 for what is not JSON. */
export function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw new HttpProblem(400, 'BODY_REFUSED', 'The body must be JSON.');
  }
}

/** Answers with one document and ends the response. */
export function sendJson(response: ServerResponse, status: number, document: unknown): void {
  const body = `${JSON.stringify(document)}\n`;
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
  response.end(body);
}
