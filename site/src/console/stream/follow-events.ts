import { createOrder, type Order } from './event-order.ts';
import { createEventParser, type StreamedEvent } from './parse-events.ts';
import { reconnectWaitMs } from './reconnect-wait.ts';

/** An event of a run. `seq` is from 1 without gaps; a greeting has none. */
export interface LabEvent {
  readonly event: string;
  readonly run: string;
  readonly seq?: number;
  /** Milliseconds since the run's clock started. */
  readonly t?: number;
  readonly wall: number;
  readonly [field: string]: unknown;
}

export type StreamState = 'connecting' | 'live' | 'lost' | 'locked' | 'ended';

export interface FollowOptions {
  readonly url: string;
  readonly token: string;
  readonly signal: AbortSignal;
  /** Each event once, in the order of the run. */
  onEvent(event: LabEvent): void;
  onState(state: StreamState): void;
}

/** Longer than two heartbeats: nothing of the stream is left alive. */
const silenceMs = 35_000;

/** Follows the stream until the signal or the lab's goodbye, over any number of lost connections. */
export async function followEvents(options: FollowOptions): Promise<void> {
  const { signal, onState } = options;
  const order = createOrder(options.onEvent);
  for (let attempt = 1; !signal.aborted; attempt += 1) {
    const outcome = await followOnce(options, order, () => {
      attempt = 0;
    }).catch(() => 'lost' as const);
    if (signal.aborted) return;
    onState(outcome);
    if (outcome !== 'lost') return;
    await pause(reconnectWaitMs(attempt, Math.random()), signal);
  }
}

async function followOnce(
  { url, token, signal, onState }: FollowOptions,
  order: Order,
  onAnswer: () => void,
): Promise<'lost' | 'locked' | 'ended'> {
  const ended = new AbortController();
  let silence = setTimeout(() => ended.abort(), silenceMs);
  const lastId = order.lastId();
  try {
    const response = await fetch(url, {
      headers: { authorization: `Bearer ${token}`, ...(lastId === null ? {} : { 'last-event-id': lastId }) },
      signal: AbortSignal.any([signal, ended.signal]),
      cache: 'no-store',
    });
    if (response.status === 401) return 'locked';
    if (!response.ok || response.body === null) return 'lost';
    const parser = createEventParser();
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return 'lost';
      clearTimeout(silence);
      silence = setTimeout(() => ended.abort(), silenceMs);
      for (const streamed of parser.take(value)) {
        const event = read(streamed);
        if (event === null) continue;
        onAnswer();
        onState('live');
        order.take(event);
        if (event.event === 'bye') return 'ended';
      }
    }
  } finally {
    clearTimeout(silence);
    ended.abort();
  }
}

function read({ event, data }: StreamedEvent): LabEvent | null {
  try {
    return { ...(JSON.parse(data) as Omit<LabEvent, 'event'>), event } as LabEvent;
  } catch {
    // What is no JSON is not ours.
    return null;
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
