import { ProblemError } from '../platform/problem.ts';
import type { TenantContext } from '../platform/request-context.ts';
import type { TenantDatabase, Transaction } from '../platform/tenant-transaction.ts';
import type { Book, BookChanges, BookSummary } from './book.ts';

export interface UpdateOptions {
  /** When given, a book of another version is left alone: VERSION_CONFLICT. */
  readonly expectedVersion?: number | undefined;
}

export interface ListOptions {
  readonly search?: string | undefined;
  readonly limit: number;
  /** Books after this place in the order of title and id. */
  readonly after?: { readonly title: string; readonly id: string } | undefined;
}

/** Books inside a transaction of the caller's. */
export interface BookTransaction {
  findById(id: string): Promise<Book | undefined>;
  /** Waits for a change in progress and keeps others from changing the book until the transaction ends. */
  findByIdForShare(id: string): Promise<Book | undefined>;
  /** Throws NOT_FOUND or VERSION_CONFLICT. */
  update(id: string, changes: BookChanges, options?: UpdateOptions): Promise<Book>;
}

export interface BookRepository {
  list(context: TenantContext, options: ListOptions): Promise<readonly BookSummary[]>;
  findById(context: TenantContext, id: string): Promise<Book | undefined>;
  update(context: TenantContext, id: string, changes: BookChanges, options?: UpdateOptions): Promise<Book>;
  /** Commits when `work` resolves, rolls back when it throws. */
  withTransaction<T>(context: TenantContext, work: (tx: BookTransaction) => Promise<T>): Promise<T>;
}

export type BookRow = Omit<Book, 'createdAt' | 'updatedAt'> & { readonly createdAt: Date; readonly updatedAt: Date };

const SUMMARY_COLUMNS = 'id, title, author_name AS author, isbn, price_cents AS "priceCents", currency, stock, version';
export const COLUMNS = `${SUMMARY_COLUMNS}, isbn10, description, created_at AS "createdAt", updated_at AS "updatedAt"`;

const FIND = `SELECT ${COLUMNS} FROM books WHERE id = $1`;
const FIND_FOR_SHARE = `${FIND} FOR SHARE`;
const LIST = `
  SELECT ${SUMMARY_COLUMNS} FROM books
  WHERE ($1::text IS NULL OR search_text LIKE lower($1))
  ORDER BY books.title, books.id LIMIT $2`;
const LIST_AFTER = LIST.replace('ORDER BY', 'AND (books.title, books.id) > ($3, $4) ORDER BY');
const UPDATE = `
  UPDATE books SET
    title = COALESCE($2, title), description = COALESCE($3, description),
    price_cents = COALESCE($4, price_cents), stock = COALESCE($5, stock),
    version = version + 1, updated_at = now()
  WHERE id = $1 AND ($6::integer IS NULL OR version = $6) RETURNING ${COLUMNS}`;

/** No statement names the tenant: row-level security limits each to the rows of the transaction's tenant. */
export function createBookRepository(database: TenantDatabase): BookRepository {
  return {
    list: (context, options) => database.read(context, (tx) => list(tx, options)),
    findById: (context, id) => database.read(context, (tx) => findOne(tx, FIND, id)),
    update: (context, id, changes, options) => database.write(context, (tx) => update(tx, { id, changes, ...options })),
    withTransaction: (context, work) =>
      database.write(context, (tx) =>
        work({
          findById: (id) => findOne(tx, FIND, id),
          findByIdForShare: (id) => findOne(tx, FIND_FOR_SHARE, id),
          update: (id, changes, options) => update(tx, { id, changes, ...options }),
        }),
      ),
  };
}

async function list(tx: Transaction, { search, limit, after }: ListOptions): Promise<readonly BookSummary[]> {
  const pattern = search === undefined ? null : `%${search.replace(/[\\%_]/g, '\\$&')}%`;
  return after
    ? await tx.query<BookSummary>(LIST_AFTER, [pattern, limit, after.title, after.id])
    : await tx.query<BookSummary>(LIST, [pattern, limit]);
}

async function findOne(tx: Transaction, statement: string, id: string): Promise<Book | undefined> {
  const [row] = await tx.query<BookRow>(statement, [id]);
  return row && toBook(row);
}

async function update(
  tx: Transaction,
  { id, changes, expectedVersion }: UpdateOptions & { id: string; changes: BookChanges },
): Promise<Book> {
  const { title, description, priceCents, stock } = changes;
  const [row] = await tx.query<BookRow>(UPDATE, [id, title, description, priceCents, stock, expectedVersion]);
  if (row) return toBook(row);
  if (expectedVersion === undefined || !(await findOne(tx, FIND, id))) throw new ProblemError('NOT_FOUND');
  throw new ProblemError('VERSION_CONFLICT', { detail: 'Read the book again and repeat your change.' });
}

export function toBook({ createdAt, updatedAt, ...rest }: BookRow): Book {
  return { ...rest, createdAt: createdAt.toISOString(), updatedAt: updatedAt.toISOString() };
}
