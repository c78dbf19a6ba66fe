import type { Clock } from '@lab/sdk';
import { Client } from 'pg';

export interface OrdersCount {
  readonly placed: number;
  readonly unpaid: number;
}

/** Retries are over well before. */
const settleWithinMs = 20_000;
const everyMs = 500;

const COUNT = `
  SELECT count(*)::integer AS placed, count(*) FILTER (WHERE status <> 'paid')::integer AS unpaid
  FROM orders WHERE idempotency_key LIKE 'bench-%'`;

/** The orders of the load, once all are paid, or when there was time enough for it. */
export async function countUnpaid(adminUrl: string, clock: Clock): Promise<OrdersCount> {
  const client = new Client({ connectionString: adminUrl });
  await client.connect();
  try {
    const untilMs = clock.nowMs() + settleWithinMs;
    for (;;) {
      const { rows } = await client.query<OrdersCount>(COUNT);
      const [counted = { placed: 0, unpaid: 0 }] = rows;
      if (counted.unpaid === 0 || clock.nowMs() >= untilMs) return counted;
      await clock.sleep(everyMs);
    }
  } finally {
    await client.end();
  }
}
