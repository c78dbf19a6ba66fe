import { Agent, get } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { parentPort } from 'node:worker_threads';
import * as z from 'zod';

const floodSchema = z.object({ url: z.string(), token: z.string(), perSecond: z.number(), durationMs: z.number() });

export type Flood = z.output<typeof floodSchema>;

/** Answers by status; `0` for requests that got none. */
export type FloodCounts = Readonly<Record<number, number>>;

const TICK_MS = 10;

/** An open model: requests are sent at their time, however late the answers are. */
async function send({ url, token, perSecond, durationMs }: Flood): Promise<FloodCounts> {
  const agent = new Agent({ keepAlive: true, maxSockets: 100 });
  const counts: Record<number, number> = {};
  const requests: Promise<void>[] = [];
  const startedAtMs = performance.now();
  const dueBy = (ms: number) => (Math.min(ms, durationMs) * perSecond) / 1_000;
  for (let elapsedMs = 0; elapsedMs < durationMs; elapsedMs = performance.now() - startedAtMs) {
    while (requests.length < dueBy(elapsedMs)) {
      const asked = statusOf(url, { agent, token });
      requests.push(
        asked.then((status) => {
          counts[status] = (counts[status] ?? 0) + 1;
        }),
      );
    }
    await sleep(TICK_MS);
  }
  await Promise.all(requests);
  agent.destroy();
  return counts;
}

function statusOf(url: string, { agent, token }: { agent: Agent; token: string }): Promise<number> {
  return new Promise((resolve) => {
    const request = get(url, { agent, timeout: 20_000, headers: { authorization: `Bearer ${token}` } }, (response) => {
      response.resume().once('close', () => resolve(response.statusCode ?? 0));
    });
    request.once('timeout', () => request.destroy()).once('error', () => resolve(0));
  });
}

parentPort?.on('message', async (flood) => parentPort?.postMessage(await send(floodSchema.parse(flood))));
