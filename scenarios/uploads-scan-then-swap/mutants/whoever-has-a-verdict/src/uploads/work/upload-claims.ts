import type { TenantContext } from '../../platform/request-context.ts';
import type { CrossTenantDatabase, TenantDatabase } from '../../platform/tenant-transaction.ts';
import type { ContentType, FailureReason, RejectionReason, UploadKind, Variant } from '../upload.ts';
import { predecessorsOf } from '../upload-state.ts';

/** An upload that one worker has in hand. */
export interface ClaimedUpload {
  readonly tenantId: string;
  readonly uploadId: string;
  /** Names this attempt: nobody else writes under it, and only with it can the upload be settled. */
  readonly claim: string;
  readonly kind: UploadKind;
  readonly bytes: number;
  readonly announcedSha256: string | null;
  readonly etag: string;
  readonly attempts: number;
  /** Claims in a row, with this one, of whose end nobody told: that many workers died or fell silent. */
  readonly silentClaims: number;
  /** Since it was confirmed. */
  readonly ageSeconds: number;
  /** Of the request that announced it. */
  readonly requestId: string;
}

/** What is known of content that was read to its end. */
export interface ReadyContent {
  readonly sha256: string;
  readonly contentType: ContentType;
  readonly width: number | null;
  readonly height: number | null;
  readonly variants: readonly Variant[];
}

export type Settlement =
  | { readonly status: 'ready'; readonly content: ReadyContent }
  | { readonly status: 'rejected'; readonly reason: RejectionReason }
  | { readonly status: 'failed'; readonly reason: FailureReason };

export interface UploadClaims {
  /** Takes one that is due; undefined when none is. Any number of workers may ask. */
  take(claim: string): Promise<ClaimedUpload | undefined>;
  /** False when the claim is lost: the upload was deleted, or another worker has it. */
  keep(upload: ClaimedUpload): Promise<boolean>;
  /** It is due again after the pause. `counted`: the attempt says something about the file. False: the claim is lost. */
  giveBack(upload: ClaimedUpload, pause: { ms: number; counted: boolean }): Promise<boolean>;
  /** False when the claim is lost; then nothing has changed. */
  settle(upload: ClaimedUpload, settlement: Settlement): Promise<boolean>;
}

interface UploadClaimsParts {
  readonly acrossTenants: CrossTenantDatabase;
  readonly database: TenantDatabase;
  readonly leaseMs: number;
}

const AFTER_MS = (parameter: string) => `now() + make_interval(secs => ${parameter}::float8 / 1000)`;
// One column says when a worker may take it: after a pause, or when the lease of whoever has it has run out. First come
// those of tenants of whom least is in hand, so that the backlog of one is not the wait of all.
const TAKE = `
  WITH due AS (
    SELECT tenant_id, id FROM uploads AS waiting WHERE status = ANY ($3) AND due_at <= now()
    ORDER BY (SELECT count(*) FROM uploads AS busy WHERE busy.tenant_id = waiting.tenant_id
      AND busy.status = 'scanning' AND busy.due_at > now()), due_at
    LIMIT 1 FOR UPDATE OF waiting SKIP LOCKED)
  UPDATE uploads AS u SET status = 'scanning', claim = $1, silent_claims = silent_claims + 1,
    due_at = ${AFTER_MS('$2')}, updated_at = now()
  FROM due WHERE u.tenant_id = due.tenant_id AND u.id = due.id
  RETURNING u.tenant_id AS "tenantId", u.id AS "uploadId", claim, kind, bytes::float8 AS bytes, etag, attempts,
    announced_sha256 AS "announcedSha256", silent_claims AS "silentClaims", request_id AS "requestId",
    extract(epoch FROM now() - confirmed_at)::float8 AS "ageSeconds"`;
const MINE = "WHERE id = $1 AND claim = $2 AND status = 'scanning'";
const KEEP = `UPDATE uploads SET due_at = ${AFTER_MS('$3')} ${MINE} RETURNING id`;
const GIVE_BACK = `
  UPDATE uploads SET due_at = ${AFTER_MS('$3')}, attempts = attempts + $4, silent_claims = 0, updated_at = now() ${MINE}
  RETURNING id`;
const SETTLE = `
  UPDATE uploads SET status = $3, reason = $4, sha256 = $5, content_type = COALESCE($6, content_type), width = $7,
    height = $8, variants = $9, settled_at = now(), due_at = NULL, updated_at = now()
  WHERE id = $1 AND $2::uuid IS NOT NULL RETURNING id`;

/** The row of an upload is its job: to process it is to have claimed it, for as long as the lease is renewed. */
export function createUploadClaims({ acrossTenants, database, leaseMs }: UploadClaimsParts): UploadClaims {
  return {
    take: (claim) =>
      acrossTenants.write(async (tx) => {
        const [taken] = await tx.query<ClaimedUpload>(TAKE, [claim, leaseMs, predecessorsOf('scanning')]);
        return taken;
      }),
    keep: (upload) => change(upload, KEEP, [leaseMs]),
    giveBack: (upload, { ms, counted }) => change(upload, GIVE_BACK, [ms, counted ? 1 : 0]),
    settle: (upload, settlement) => change(upload, SETTLE, columnsOf(settlement)),
  };

  function change(upload: ClaimedUpload, statement: string, values: readonly unknown[]): Promise<boolean> {
    return database.write(contextOf(upload), async (tx) => {
      return (await tx.query(statement, [upload.uploadId, upload.claim, ...values])).length === 1;
    });
  }
}

/** The work is done on behalf of the tenant, under the id of the request that announced the file. */
export function contextOf({ tenantId, requestId }: Pick<ClaimedUpload, 'tenantId' | 'requestId'>): TenantContext {
  return { tenantId, requestId, usage: { queries: 0 } };
}

function columnsOf(settlement: Settlement): readonly unknown[] {
  if (settlement.status !== 'ready') return [settlement.status, settlement.reason, null, null, null, null, '[]'];
  const { sha256, contentType, width, height, variants } = settlement.content;
  return ['ready', null, sha256, contentType, width, height, JSON.stringify(variants)];
}
