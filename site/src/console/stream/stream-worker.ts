import { followEvents } from './follow-events.ts';
import type { FromHub, ToHub } from './hub-messages.ts';
import { createStreamHub } from './stream-hub.ts';

// A shared worker: one for all tabs of this lab. It ends with the last of them.

const hub = createStreamHub(followEvents);

addEventListener('connect', (event) => {
  const [port] = (event as MessageEvent).ports;
  if (port === undefined) return;
  const client = { send: (message: FromHub) => port.postMessage(message) };
  port.addEventListener('message', ({ data }: MessageEvent<ToHub>) => hub.take(client, data));
  port.start();
});
