import type { TenantContext } from '../../platform/request-context.ts';
import type { CrossTenantDatabase, TenantDatabase } from '../../platform/tenant-transaction.ts';
import type { UploadStatus, Variant } from '../upload.ts';
import type { WaitingUploads } from '../upload-metrics.ts';

/** As much of an upload as tells which objects it should have. */
export interface KnownUpload {
  readonly uploadId: string;
  readonly status: UploadStatus;
  readonly claim: string | null;
  readonly variants: readonly Variant[];
  readonly multipartId: string | null;
  readonly settledAt: Date | null;
}

export interface ExpiredUpload {
  readonly tenantId: string;
  readonly uploadId: string;
  readonly multipartId: string | null;
  readonly requestId: string;
}

/** What the sweeper asks and changes. Every change is on condition, so any number of workers may sweep. */
export interface UploadInventory {
  tenants(): Promise<readonly string[]>;
  /** A tenant's uploads after an id, in the order of ids. */
  page(context: TenantContext, after: string | undefined): Promise<readonly KnownUpload[]>;
  find(context: TenantContext, uploadId: string): Promise<KnownUpload | undefined>;
  /** Those whose file has not been confirmed in time, some at once. */
  expired(graceSeconds: number): Promise<readonly ExpiredUpload[]>;
  /** False when it was confirmed meanwhile. */
  expire(context: TenantContext, uploadId: string): Promise<boolean>;
  /** False when it is not ready under this claim any more. */
  markLost(context: TenantContext, upload: KnownUpload): Promise<boolean>;
  /** Forgets what came to nothing so long ago; resolves to how many. */
  forget(keepSeconds: number): Promise<number>;
  waiting(): Promise<WaitingUploads>;
}

const TENANTS = 'SELECT id FROM tenants ORDER BY id';
const COLUMNS = `id AS "uploadId", status, claim, variants, multipart_id AS "multipartId", settled_at AS "settledAt"`;
const PAGE = `SELECT ${COLUMNS} FROM uploads WHERE $1::uuid IS NULL OR id > $1 ORDER BY id LIMIT 500`;
const FIND = `SELECT ${COLUMNS} FROM uploads WHERE id = $1`;
const EXPIRED = `
  SELECT tenant_id AS "tenantId", id AS "uploadId", multipart_id AS "multipartId", request_id AS "requestId"
  FROM uploads WHERE status = 'pending' AND expires_at < now() - make_interval(secs => $1)
  ORDER BY expires_at LIMIT 100`;
const FAIL = `UPDATE uploads SET status = 'failed', reason = $2, settled_at = now(), updated_at = now() WHERE id = $1`;
const EXPIRE = `${FAIL} AND status = 'pending' RETURNING id`;
const MARK_LOST = `${FAIL} AND status = 'ready' AND claim = $3 RETURNING id`;
const FORGET = `
  DELETE FROM uploads WHERE (tenant_id, id) IN (
    SELECT tenant_id, id FROM uploads
    WHERE status IN ('rejected', 'failed') AND settled_at < now() - make_interval(secs => $1) LIMIT 500)
  RETURNING id`;
const WAITING = `
  SELECT count(*)::integer AS count,
    COALESCE(extract(epoch FROM now() - min(confirmed_at)), 0)::float8 AS "oldestSeconds"
  FROM uploads WHERE status IN ('uploaded', 'scanning')`;

export function createUploadInventory(database: TenantDatabase, acrossTenants: CrossTenantDatabase): UploadInventory {
  return {
    tenants: () => acrossTenants.write(async (tx) => (await tx.query<{ id: string }>(TENANTS)).map(({ id }) => id)),
    page: (context, after) => database.read(context, (tx) => tx.query<KnownUpload>(PAGE, [after])),
    find: (context, uploadId) =>
      database.read(context, async (tx) => (await tx.query<KnownUpload>(FIND, [uploadId]))[0]),
    expired: (graceSeconds) => acrossTenants.write((tx) => tx.query<ExpiredUpload>(EXPIRED, [graceSeconds])),
    expire: (context, uploadId) =>
      database.write(context, async (tx) => (await tx.query(EXPIRE, [uploadId, 'expired'])).length === 1),
    markLost: (context, { uploadId, claim }) =>
      database.write(context, async (tx) => (await tx.query(MARK_LOST, [uploadId, 'lost', claim])).length === 1),
    forget: (keepSeconds) => acrossTenants.write(async (tx) => (await tx.query(FORGET, [keepSeconds])).length),
    waiting: () =>
      acrossTenants.write(async (tx) => {
        const [row] = await tx.query<{ count: number; oldestSeconds: number }>(WAITING);
        return row ?? { count: 0, oldestSeconds: 0 };
      }),
  };
}
