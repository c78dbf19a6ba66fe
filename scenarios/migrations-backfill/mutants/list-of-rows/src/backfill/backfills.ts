/** A column that rows of before a migration still lack. Its table has the key (tenant_id, id). */
export interface Backfill {
  readonly name: string;
  readonly table: string;
  /** SQL that makes a row right. */
  readonly set: string;
  /**
   * SQL that is true for a row that is wrong, and never NULL: use IS DISTINCT FROM. It spares rows that are right
   * already; the end does not depend on it, since the work goes by key.
   */
  readonly wrong: string;
}

/** All of them. A trigger or the application writes the column for changes meanwhile, or the end would never come. */
export const BACKFILLS: readonly Backfill[] = [
  {
    name: 'book-title-keys',
    table: 'books',
    set: 'title_key = book_title_key(title)',
    wrong: 'title_key IS DISTINCT FROM book_title_key(title)',
  },
  {
    name: 'book-isbn10',
    table: 'books',
    set: 'isbn10 = book_isbn10(isbn)',
    wrong: 'isbn10 IS DISTINCT FROM book_isbn10(isbn)',
  },
];
