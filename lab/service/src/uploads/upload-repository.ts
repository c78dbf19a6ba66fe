import { ProblemError } from '../platform/problem.ts';
import type { TenantContext } from '../platform/request-context.ts';
import type { TenantDatabase, Transaction } from '../platform/tenant-transaction.ts';
import type { TimeCursor } from '../platform/time-cursor.ts';
import type { ContentType, Upload, UploadKind } from './upload.ts';
import { predecessorsOf } from './upload-state.ts';

export interface NewUpload {
  readonly id: string;
  readonly kind: UploadKind;
  readonly contentType: ContentType;
  readonly bytes: number;
  readonly sha256: string | undefined;
  readonly ttlSeconds: number;
}

export interface Quota {
  /** Uploads that wait for their file. */
  readonly pendingMax: number;
  /** Of all files that are there or announced. */
  readonly bytesMax: number;
}

/** An upload with what is nobody else's business. */
export interface StoredUpload extends Upload {
  readonly announcedSha256: string | null;
  readonly multipartId: string | null;
  readonly claim: string | null;
}

export interface UploadRepository {
  /** Throws UPLOAD_QUOTA_REACHED. */
  add(context: TenantContext, upload: NewUpload, quota: Quota): Promise<StoredUpload>;
  setMultipart(context: TenantContext, id: string, multipartId: string): Promise<void>;
  find(context: TenantContext, id: string): Promise<StoredUpload | undefined>;
  /** The newest first. */
  list(context: TenantContext, page: { limit: number; after?: TimeCursor | undefined }): Promise<readonly Upload[]>;
  /** Undefined when it was not pending any more: of many at the same time one takes it. */
  confirm(context: TenantContext, id: string, etag: string): Promise<StoredUpload | undefined>;
  /** The upload as it was; undefined when there is none. */
  remove(context: TenantContext, id: string): Promise<StoredUpload | undefined>;
}

type UploadRow = Omit<StoredUpload, 'bytes' | 'createdAt' | 'expiresAt' | 'confirmedAt' | 'settledAt'> & {
  /** A bigint, which PostgreSQL's client gives as text. */
  readonly bytes: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly confirmedAt: Date | null;
  readonly settledAt: Date | null;
};

// Named besides: the policies for workers are other ways to see a row, and no index serves them together.
const OF_TENANT = 'tenant_id = current_tenant_id()';
const COLUMNS = `id, kind, status, reason, content_type AS "contentType", bytes, sha256, width, height, variants,
  created_at AS "createdAt", expires_at AS "expiresAt", confirmed_at AS "confirmedAt", settled_at AS "settledAt",
  announced_sha256 AS "announcedSha256", multipart_id AS "multipartId", claim`;
// Two requests at the same time would each see the room that one of them takes.
const LOCK_QUOTA = "SELECT pg_advisory_xact_lock(hashtextextended('uploads of ' || current_tenant_id(), 0))";
const USAGE = `
  SELECT count(*) FILTER (WHERE status = 'pending')::integer AS pending,
    COALESCE(sum(bytes) FILTER (WHERE status NOT IN ('rejected', 'failed')), 0)::float8 AS bytes
  FROM uploads WHERE ${OF_TENANT}`;
const ADD = `
  INSERT INTO uploads (tenant_id, id, kind, content_type, bytes, announced_sha256, expires_at, request_id)
  VALUES (current_tenant_id(), $1, $2, $3, $4, $5, now() + make_interval(secs => $6), $7) RETURNING ${COLUMNS}`;
const SET_MULTIPART = `UPDATE uploads SET multipart_id = $2 WHERE ${OF_TENANT} AND id = $1 AND status = 'pending'`;
const FIND = `SELECT ${COLUMNS} FROM uploads WHERE ${OF_TENANT} AND id = $1`;
const NEWEST_FIRST = 'ORDER BY created_at DESC, id DESC LIMIT $1';
const LIST = `SELECT ${COLUMNS} FROM uploads WHERE ${OF_TENANT} ${NEWEST_FIRST}`;
const LIST_AFTER = `SELECT ${COLUMNS} FROM uploads WHERE ${OF_TENANT} AND (created_at, id) < ($2, $3) ${NEWEST_FIRST}`;
const CONFIRM = `
  UPDATE uploads SET status = 'uploaded', etag = $2, confirmed_at = now(), due_at = now(), updated_at = now()
  WHERE ${OF_TENANT} AND id = $1 AND status = ANY ($3) RETURNING ${COLUMNS}`;
const REMOVE = `DELETE FROM uploads WHERE ${OF_TENANT} AND id = $1 RETURNING ${COLUMNS}`;

/** Row-level security limits each statement to the transaction's tenant. */
export function createUploadRepository(database: TenantDatabase): UploadRepository {
  return {
    add: (context, upload, quota) => database.write(context, (tx) => add(tx, context, { ...upload, quota })),
    setMultipart: (context, id, multipartId) =>
      database.write(context, async (tx) => void (await tx.query(SET_MULTIPART, [id, multipartId]))),
    find: (context, id) => database.read(context, (tx) => one(tx, FIND, [id])),
    list: (context, { limit, after }) =>
      database.read(context, async (tx) => {
        const rows = after
          ? await tx.query<UploadRow>(LIST_AFTER, [limit, after.createdAt, after.id])
          : await tx.query<UploadRow>(LIST, [limit]);
        return rows.map((row) => publicUpload(toUpload(row)));
      }),
    confirm: (context, id, etag) =>
      database.write(context, (tx) => one(tx, CONFIRM, [id, etag, predecessorsOf('uploaded')])),
    remove: (context, id) => database.write(context, (tx) => one(tx, REMOVE, [id])),
  };
}

async function add(tx: Transaction, { requestId }: TenantContext, upload: NewUpload & { quota: Quota }) {
  const { id, kind, contentType, bytes, sha256, ttlSeconds, quota } = upload;
  await tx.query(LOCK_QUOTA);
  const [used] = await tx.query<{ pending: number; bytes: number }>(USAGE);
  if (!used || used.pending >= quota.pendingMax || used.bytes + bytes > quota.bytesMax) {
    const detail = `At most ${quota.pendingMax} uploads may wait for their file, and all files may have ${quota.bytesMax} bytes.`;
    throw new ProblemError('UPLOAD_QUOTA_REACHED', { detail });
  }
  const added = await one(tx, ADD, [id, kind, contentType, bytes, sha256, ttlSeconds, requestId]);
  if (!added) throw new Error('An upload was added and is not there.');
  return added;
}

async function one(tx: Transaction, statement: string, values: readonly unknown[]): Promise<StoredUpload | undefined> {
  const [row] = await tx.query<UploadRow>(statement, values);
  return row && toUpload(row);
}

function toUpload({ bytes, createdAt, expiresAt, confirmedAt, settledAt, ...rest }: UploadRow): StoredUpload {
  return {
    ...rest,
    bytes: Number(bytes),
    createdAt: createdAt.toISOString(),
    expiresAt: expiresAt.toISOString(),
    confirmedAt: confirmedAt?.toISOString() ?? null,
    settledAt: settledAt?.toISOString() ?? null,
  };
}

/** What its tenant may see of it. */
export function publicUpload({ announcedSha256: _, multipartId: __, claim: ___, ...upload }: StoredUpload): Upload {
  return upload;
}
