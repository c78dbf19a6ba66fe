import { joinByBroadcast } from './broadcast-hub.ts';
import type { FromHub, ToHub } from './hub-messages.ts';

/** The way to who holds the stream for all tabs. */
export interface HubConnection {
  send(message: ToHub): void;
}

/** Null where this browser has neither a shared worker nor locks: then each tab is on its own. */
export function connectHub(onMessage: (message: FromHub) => void, signal: AbortSignal): HubConnection | null {
  if (typeof SharedWorker === 'function') return joinWorker(onMessage, signal);
  if (typeof BroadcastChannel === 'function' && 'locks' in navigator) return joinByBroadcast(onMessage, signal);
  return null;
}

function joinWorker(onMessage: (message: FromHub) => void, signal: AbortSignal): HubConnection {
  const worker = new SharedWorker(new URL('./stream-worker.ts', import.meta.url), {
    type: 'module',
    name: 'lab-stream',
  });
  const send = (message: ToHub): void => worker.port.postMessage(message);
  worker.port.addEventListener('message', ({ data }: MessageEvent<FromHub>) => onMessage(data));
  worker.port.start();
  signal.addEventListener('abort', () => {
    send({ kind: 'leave' });
    worker.port.close();
  });
  return { send };
}
