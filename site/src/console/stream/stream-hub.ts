import { createHistory } from './event-history.ts';
import type { FollowOptions, LabEvent, StreamState } from './follow-events.ts';
import type { FromHub, ToHub } from './hub-messages.ts';

/** A tab, as the hub sees it. */
export interface HubClient {
  send(message: FromHub): void;
}

/** Holds one stream for all tabs, and the token that opens it. */
export interface StreamHub {
  take(client: HubClient, message: ToHub): void;
}

type Follow = (options: FollowOptions) => Promise<void>;

/** The stream lives as long as somebody wants its events. `follow` is asked to hold it. */
export function createStreamHub(follow: Follow): StreamHub {
  const history = createHistory();
  const clients = new Map<HubClient, { readonly wantsEvents: boolean }>();
  let token: string | null = null;
  let state: StreamState = 'connecting';
  let stream: AbortController | null = null;
  let waiting: LabEvent[] = [];

  const watchers = (): HubClient[] =>
    [...clients].flatMap(([client, { wantsEvents }]) => (wantsEvents ? [client] : []));
  const tellState = (now: StreamState): void => {
    state = now;
    for (const client of watchers()) client.send({ kind: 'state', state });
  };
  // What comes at once is told at once: at the begin that is an hour of seconds.
  const flush = (): void => {
    if (waiting.length === 0) return;
    const events = waiting;
    waiting = [];
    for (const client of watchers()) client.send({ kind: 'events', events });
  };
  const end = (): void => {
    stream?.abort();
    stream = null;
    history.clear();
    waiting = [];
    state = 'connecting';
  };
  const begin = (opener: string): void => {
    const own = new AbortController();
    stream = own;
    void follow({
      url: '/api/events',
      token: opener,
      signal: own.signal,
      onEvent(event) {
        if (own.signal.aborted) return;
        history.add(event);
        if (waiting.push(event) === 1) queueMicrotask(flush);
      },
      onState(now) {
        if (own.signal.aborted || now === state) return;
        // Of a lab that is gone: the next tab may bring another.
        if (now === 'locked') token = null;
        flush();
        tellState(now);
      },
    });
  };
  const tellToken = (client: HubClient): void => client.send({ kind: 'token', token });
  const join = (client: HubClient, message: Extract<ToHub, { kind: 'join' }>): void => {
    // Before it is one of them: it is sent the whole story, in order.
    flush();
    clients.set(client, message);
    const isNew = message.token !== null && message.token !== token && (message.isFresh || token === null);
    if (isNew) {
      token = message.token;
      end();
      for (const one of clients.keys()) tellToken(one);
    } else tellToken(client);
    if (message.wantsEvents && stream !== null) {
      client.send({ kind: 'events', events: history.all() });
      client.send({ kind: 'state', state });
    }
    if (stream === null && token !== null && watchers().length > 0) begin(token);
  };
  return {
    take(client, message) {
      if (message.kind === 'join') return join(client, message);
      clients.delete(client);
      if (watchers().length === 0) end();
    },
  };
}
