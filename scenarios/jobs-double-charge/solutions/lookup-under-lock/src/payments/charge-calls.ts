import type { TenantContext } from '../platform/request-context.ts';
import type { TenantDatabase } from '../platform/tenant-transaction.ts';

/** Which call for a charge nobody has heard the end of: its caller died, or gave up waiting. */
export interface ChargeCalls {
  /** How much longer the last call for this order may be on its way; 0 when none is. */
  onTheWayForMs(context: TenantContext, orderId: string): Promise<number>;
  begin(context: TenantContext, orderId: string): Promise<void>;
  /** The provider has answered. */
  end(context: TenantContext, orderId: string): Promise<void>;
}

const LEFT = `
  SELECT extract(epoch FROM begun_at + $2 * interval '1 ms' - clock_timestamp())::float8 * 1000 AS "leftMs"
  FROM charge_calls WHERE order_id = $1`;
const BEGIN = `
  INSERT INTO charge_calls (tenant_id, order_id, begun_at) VALUES (current_tenant_id(), $1, clock_timestamp())
  ON CONFLICT (tenant_id, order_id) DO UPDATE SET begun_at = excluded.begun_at`;
const END = 'DELETE FROM charge_calls WHERE order_id = $1';

/** `arrivesWithinMs`: a call takes effect within this time or never. One clock, the database's, measures it. */
export function createChargeCalls(database: TenantDatabase, arrivesWithinMs: number): ChargeCalls {
  return {
    onTheWayForMs: (context, orderId) =>
      database.read(context, async (tx) => {
        const [call] = await tx.query<{ leftMs: number }>(LEFT, [orderId, arrivesWithinMs]);
        return Math.max(0, call?.leftMs ?? 0);
      }),
    begin: (context, orderId) => database.write(context, async (tx) => void (await tx.query(BEGIN, [orderId]))),
    end: (context, orderId) => database.write(context, async (tx) => void (await tx.query(END, [orderId]))),
  };
}
