import { ProblemError } from '../platform/problem.ts';
import type { TenantContext } from '../platform/request-context.ts';
import type { CrossTenantDatabase, TenantDatabase, Transaction } from '../platform/tenant-transaction.ts';
import type { TimeCursor } from '../platform/time-cursor.ts';
import type { DeadLetter, DeadLetterStatus } from './dead-letter.ts';
import { insertDeadLetter, type NewDeadLetter } from './insert-dead-letter.ts';

export interface ListDeadLetters {
  readonly status?: DeadLetterStatus | undefined;
  readonly limit: number;
  readonly after?: TimeCursor | undefined;
}

export interface DeadLetterRepository {
  /** Once for each event. False, and nothing done, when the order has been settled by another delivery meanwhile. */
  insert(context: TenantContext, letter: NewDeadLetter): Promise<boolean>;
  findById(context: TenantContext, id: string): Promise<DeadLetter | undefined>;
  /** The newest first. */
  list(context: TenantContext, options: ListDeadLetters): Promise<readonly DeadLetter[]>;
  /** Publishes the event once more, once. Throws NOT_FOUND or ALREADY_REVIEWED. */
  redrive(context: TenantContext, id: string): Promise<DeadLetter>;
  /** Throws NOT_FOUND or ALREADY_REVIEWED. */
  dismiss(context: TenantContext, id: string, note: string): Promise<DeadLetter>;
}

type DeadLetterRow = Omit<DeadLetter, 'createdAt' | 'reviewedAt'> & {
  readonly createdAt: Date;
  readonly reviewedAt: Date | null;
};

const COLUMNS = `id, kind, order_id AS "orderId", reason, attempts, last_error AS "lastError", request_id AS "requestId",
  status, created_at AS "createdAt", reviewed_at AS "reviewedAt", review_note AS "reviewNote"`;
// Named besides: the policy for operators' figures is another way to see a row, and no index serves both.
const OF_TENANT = 'tenant_id = current_tenant_id()';
const FIND = `SELECT ${COLUMNS} FROM dead_letters WHERE ${OF_TENANT} AND id = $1`;
const LIST = `
  SELECT ${COLUMNS} FROM dead_letters
  WHERE ${OF_TENANT} AND ($2::text IS NULL OR status = $2)
    AND ($3::timestamptz IS NULL OR (created_at, id) < ($3, $4::uuid))
  ORDER BY dead_letters.created_at DESC, dead_letters.id DESC LIMIT $1`;
// The lock waits for a payment that is being recorded.
const LOCK_DUE_ORDER = "SELECT id FROM orders WHERE id = $1 AND status = 'placed' FOR SHARE";
const REVIEW = `
  UPDATE dead_letters SET status = $2, review_note = $3, reviewed_at = now()
  WHERE ${OF_TENANT} AND id = $1 AND status = 'open' RETURNING ${COLUMNS}`;
// A dead letter has the id of its event, which the relay takes up once more.
const PUBLISH_AGAIN = 'UPDATE outbox_events SET published_at = NULL WHERE id = $1';

export function createDeadLetterRepository(database: TenantDatabase): DeadLetterRepository {
  return {
    insert: (context, letter) =>
      database.write(context, async (tx) => {
        const due = await tx.query(LOCK_DUE_ORDER, [letter.orderId]);
        if (due.length === 1) await insertDeadLetter(tx, letter);
        return due.length === 1;
      }),
    findById: (context, id) => database.read(context, (tx) => findOne(tx, id)),
    list: (context, { status, limit, after }) =>
      database.read(context, async (tx) => {
        const values = [limit, status ?? null, after?.createdAt ?? null, after?.id ?? null];
        return (await tx.query<DeadLetterRow>(LIST, values)).map(toDeadLetter);
      }),
    redrive: (context, id) =>
      database.write(context, async (tx) => {
        const { letter, changed } = await review(tx, { id, status: 'redriven', note: null });
        if (changed) {
          await tx.query(PUBLISH_AGAIN, [id]);
        }
        return letter;
      }),
    dismiss: (context, id, note) =>
      database.write(context, async (tx) => (await review(tx, { id, status: 'dismissed', note })).letter),
  };
}

/** For operators' figures: of all tenants together. */
export async function countOpenDeadLetters(database: CrossTenantDatabase): Promise<number> {
  const sql = "SELECT count(*)::integer AS open FROM dead_letters WHERE status = 'open'";
  const [row] = await database.write((tx) => tx.query<{ open: number }>(sql));
  return row?.open ?? 0;
}

interface Review {
  readonly id: string;
  readonly status: 'redriven' | 'dismissed';
  readonly note: string | null;
}

/** The first decision counts: the same one again changes nothing, another one is refused. */
async function review(tx: Transaction, { id, status, note }: Review) {
  const [row] = await tx.query<DeadLetterRow>(REVIEW, [id, status, note]);
  if (row) return { letter: toDeadLetter(row), changed: true };
  const letter = await findOne(tx, id);
  if (!letter) throw new ProblemError('NOT_FOUND');
  if (letter.status === status) return { letter, changed: false };
  throw new ProblemError('ALREADY_REVIEWED', { detail: `This dead letter was ${letter.status}.` });
}

async function findOne(tx: Transaction, id: string): Promise<DeadLetter | undefined> {
  const [row] = await tx.query<DeadLetterRow>(FIND, [id]);
  return row && toDeadLetter(row);
}

function toDeadLetter({ createdAt, reviewedAt, ...rest }: DeadLetterRow): DeadLetter {
  return { ...rest, createdAt: createdAt.toISOString(), reviewedAt: reviewedAt?.toISOString() ?? null };
}
