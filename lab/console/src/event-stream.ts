import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { EventLog, LabEvent } from './event-log.ts';

const heartbeatMs = 15_000;
/** An hour of ticks, and what a page can show of the log. Of all else nothing is left out. */
const plenty = { tick: 3_600, log: 1_000 };
const bufferBytesMax = 256 * 1024;
const drainMs = 30_000;

/**
 * Server-sent events: a greeting, a replay of what the client has missed, then what happens. A slow client loses
 * ticks first, and is cut off when its buffer is twice the limit: it resumes by `Last-Event-ID`.
 */
export async function streamEvents(request: IncomingMessage, response: ServerResponse, log: EventLog): Promise<void> {
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
  response.write('retry: 1000\n\n');
  // Without an id: it is no part of the run. The time tells a page how far its own clock is off.
  const hello = { v: 1, run: log.run, wall: Date.now(), schema: 'lab.events/1' };
  response.write(`event: hello\ndata: ${JSON.stringify(hello)}\n\n`);
  const waiting: LabEvent[] = [];
  let live = false;
  let lastSent = lastEventId(request, log.run);
  const send = (event: LabEvent): void => {
    if (event.seq <= lastSent) return;
    lastSent = event.seq;
    if (response.writableLength > 2 * bufferBytesMax) response.destroy();
    else if (event.event !== 'tick' || response.writableLength <= bufferBytesMax) response.write(frame(event));
  };
  const unsubscribe = log.subscribe((event) => (live ? send(event) : waiting.push(event)));
  const heartbeat = setInterval(() => response.write(':\n\n'), heartbeatMs);
  response.on('close', () => {
    clearInterval(heartbeat);
    unsubscribe();
  });
  try {
    for (const event of await log.since(lastSent, plenty)) {
      // A long replay waits for its reader; what happens meanwhile waits behind it.
      if (response.writableLength > bufferBytesMax) await drained(response);
      if (response.destroyed) return;
      send(event);
    }
  } finally {
    for (const event of waiting) send(event);
    live = true;
  }
}

/** Resolves when the reader has caught up, or is gone: one that reads nothing at all is cut off. */
async function drained(response: ServerResponse): Promise<void> {
  const signal = AbortSignal.timeout(drainMs);
  const left = new AbortController();
  response.once('close', () => left.abort());
  try {
    await once(response, 'drain', { signal: AbortSignal.any([signal, left.signal]) });
  } catch {
    response.destroy();
  }
}

/** An id of another run means that this client has seen nothing of this one. */
function lastEventId(request: IncomingMessage, run: string): number {
  const given = request.headers['last-event-id'];
  const match = typeof given === 'string' ? /^(.+):(\d{1,15})$/.exec(given) : null;
  return match?.[1] === run ? Number(match[2]) : 0;
}

function frame(event: LabEvent): string {
  return `id: ${event.run}:${event.seq}\nevent: ${event.event}\ndata: ${JSON.stringify(event)}\n\n`;
}
