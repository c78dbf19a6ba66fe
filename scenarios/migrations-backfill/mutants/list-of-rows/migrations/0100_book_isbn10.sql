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

-- What is to be done, and what of it is done.
CREATE TABLE book_isbn10_todo (tenant_id uuid NOT NULL, id uuid NOT NULL, done boolean NOT NULL DEFAULT false);
