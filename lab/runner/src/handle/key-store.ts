import { type KeyStoreHandle, LabError } from '@lab/sdk';
import { Redis } from 'ioredis';

/** The lab's own connection to a Redis of the stack, past Toxiproxy. `url` null: the stack does not name this part. */
export function openKeyStore(part: string, url: string | null): KeyStoreHandle & AsyncDisposable {
  // Connects with the first command: most experiments look at one store only.
  const client = url === null ? null : connect(url);
  const redis = (): Redis => {
    if (client !== null) return client;
    throw new LabError('E_NO_STORE', { message: `The stack has no ${part}.` });
  };
  return {
    command: async (name, ...args) => await redis().call(name, ...args.map(String)),
    keys: (limit) => findKeys(redis, limit),
    count: async () => await redis().dbsize(),
    [Symbol.asyncDispose]: async () => {
      client?.disconnect();
    },
  };
}

function connect(url: string): Redis {
  const redis = new Redis(url, {
    lazyConnect: true,
    maxRetriesPerRequest: 1,
    commandTimeout: 3_000,
    connectTimeout: 3_000,
  });
  // Reported by the command under way; without a listener ioredis prints to the terminal.
  redis.on('error', () => undefined);
  return redis;
}

async function findKeys(redis: () => Redis, limit: number): Promise<{ key: string; ttlMs: number }[]> {
  const found: { key: string; ttlMs: number }[] = [];
  let cursor = '0';
  do {
    const [next, keys] = await redis().scan(cursor, 'COUNT', 500);
    cursor = next;
    const pipeline = redis().pipeline();
    for (const key of keys) pipeline.pttl(key);
    const replies = (await pipeline.exec()) ?? [];
    keys.forEach((key, index) => {
      found.push({ key, ttlMs: Number(replies[index]?.[1] ?? -2) });
    });
  } while (cursor !== '0' && found.length < limit);
  // −2: the key ended between SCAN and PTTL.
  return found.filter((entry) => entry.ttlMs !== -2).slice(0, limit);
}
