import { Redis } from 'ioredis';
import { QUEUE_PREFIX } from './job.ts';

export interface WorkerSlot {
  giveBack(): Promise<void>;
}

/** More workers than the provider serves at once would only get in each other's way. */
const SLOTS = ['1', '2', '3'];

/** One of the places for workers, for as long as this process works. Throws when all are taken. */
export async function takeWorkerSlot(url: string): Promise<WorkerSlot> {
  const redis = new Redis(url);
  redis.on('error', () => {}); // Whoever asks is told.
  for (const slot of SLOTS) {
    const key = `${QUEUE_PREFIX}:worker-slot:${slot}`;
    if ((await redis.set(key, process.pid, 'NX')) === null) continue;
    return {
      async giveBack() {
        await redis.del(key);
        redis.disconnect();
      },
    };
  }
  redis.disconnect();
  throw new Error(`There are ${SLOTS.length} workers already, as many as there may be. Stop one of them first.`);
}
