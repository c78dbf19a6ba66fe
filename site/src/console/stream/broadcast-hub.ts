import { followEvents } from './follow-events.ts';
import type { HubConnection } from './hub-connection.ts';
import type { FromHub, ToHub } from './hub-messages.ts';
import { createStreamHub, type HubClient } from './stream-hub.ts';

/** On the channel: to the leader from a tab, to a tab, or that a leader is there now. */
type Sent =
  | { readonly to: 'leader'; readonly from: string; readonly message: ToHub }
  | { readonly to: 'tab'; readonly tab: string; readonly message: FromHub }
  | { readonly to: 'all' };

const name = 'lab-stream';

/**
 * Where a browser has no shared worker: the tab that has the lock holds the stream for all, over a channel. When it
 * goes, the lock goes to another, which calls on all tabs to join anew.
 */
export function joinByBroadcast(onMessage: (message: FromHub) => void, signal: AbortSignal): HubConnection {
  const channel = new BroadcastChannel(name);
  const tab = crypto.randomUUID();
  let joined: ToHub | null = null;
  let lead: ((from: string, message: ToHub) => void) | null = null;
  const send = (message: ToHub): void => {
    joined = message;
    if (lead === null) channel.postMessage({ to: 'leader', from: tab, message } satisfies Sent);
    else lead(tab, message);
  };
  channel.addEventListener('message', ({ data }: MessageEvent<Sent>) => {
    if (data.to === 'leader') lead?.(data.from, data.message);
    else if (data.to === 'all') {
      if (joined !== null) send(joined);
    } else if (data.tab === tab) onMessage(data.message);
  });
  const leading = async (): Promise<void> => {
    const hub = createStreamHub(followEvents);
    const clients = new Map<string, HubClient>();
    const clientOf = (to: string): HubClient => {
      const known = clients.get(to);
      if (known !== undefined) return known;
      const client = {
        send: (message: FromHub) =>
          to === tab ? onMessage(message) : channel.postMessage({ to: 'tab', tab: to, message } satisfies Sent),
      };
      clients.set(to, client);
      return client;
    };
    lead = (from, message) => hub.take(clientOf(from), message);
    if (joined !== null) lead(tab, joined);
    channel.postMessage({ to: 'all' } satisfies Sent);
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    for (const client of clients.values()) hub.take(client, { kind: 'leave' });
  };
  // The lock is given back when the tab goes, however it goes.
  void navigator.locks.request(name, { signal }, leading).catch(() => undefined);
  signal.addEventListener('abort', () => {
    // A tab that leads has left its own hub above.
    if (lead === null) channel.postMessage({ to: 'leader', from: tab, message: { kind: 'leave' } } satisfies Sent);
    channel.close();
  });
  return { send };
}
