-- Expand: a book's title as it stands on a shelf, "The Quiet Harbour" under Q, so that a list can go by it.
-- Rows of before are filled by `bin/backfill.ts run book-title-keys`; 0008 and 0009 make the column NOT NULL.
-- A generated column would do the same in one statement, and rewrite the table while nobody can read it.

-- IF NOT EXISTS and OR REPLACE: the rollback that keeps data leaves these behind.
CREATE OR REPLACE FUNCTION book_title_key(title text) RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN lower(regexp_replace(title, '^\s*(?:the|an?)\s+', '', 'i'));

ALTER TABLE books ADD COLUMN IF NOT EXISTS title_key text;

-- Dual write by the database, for the version that knows nothing of the column as well. On every UPDATE too: a title
-- that is changed would keep the old key, and a row that has none would stop whoever changes its stock once 0008 is there.
CREATE FUNCTION set_book_title_key() RETURNS trigger
  LANGUAGE plpgsql AS $$
BEGIN
  NEW.title_key := book_title_key(NEW.title);
  RETURN NEW;
END
$$;
CREATE TRIGGER books_title_key BEFORE INSERT OR UPDATE ON books
  FOR EACH ROW EXECUTE FUNCTION set_book_title_key();

-- How far each backfill has come. Nothing of a tenant is in it, and the application has no rights on it.
CREATE TABLE IF NOT EXISTS backfills (
  name         text PRIMARY KEY,
  -- Everything up to this row is done.
  after_tenant uuid,
  after_id     uuid,
  batch_rows   integer NOT NULL DEFAULT 500,
  paused       boolean NOT NULL DEFAULT false,
  rows_seen    bigint NOT NULL DEFAULT 0,
  rows_changed bigint NOT NULL DEFAULT 0,
  batches      bigint NOT NULL DEFAULT 0,
  started_at   timestamptz,
  updated_at   timestamptz,
  finished_at  timestamptz
);
