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
  /** SQL that brings the column, and bears to be repeated: nothing has to be deployed before the script. */
  readonly schema?: string;
}

const ISBN10 = `
  CREATE OR REPLACE FUNCTION book_isbn10(isbn text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE
      WHEN isbn ~ '^978[0-9]{10}$' THEN substr(isbn, 4, 9) || (
        SELECT substr('0123456789X', 1 + (sum(n * substr(isbn, 3 + n, 1)::integer) % 11)::integer, 1)
        FROM generate_series(1, 9) AS n)
      WHEN isbn ~ '^[0-9]{9}[0-9X]$' THEN isbn
    END;
  ALTER TABLE books ADD COLUMN IF NOT EXISTS isbn10 text;
  CREATE OR REPLACE FUNCTION set_book_isbn10() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    NEW.isbn10 := book_isbn10(NEW.isbn);
    RETURN NEW;
  END
  $$;
  CREATE OR REPLACE TRIGGER books_isbn10 BEFORE INSERT OR UPDATE OF isbn ON books
    FOR EACH ROW EXECUTE FUNCTION set_book_isbn10();
`;

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
    schema: ISBN10,
  },
];
