-- Partners know books by their ISBN-10. Those that begin with 979 have none. Computed when it is read: nothing is stored,
-- so nothing has to be filled, and no row is looked at.
ALTER TABLE books ADD COLUMN isbn10 text GENERATED ALWAYS AS (
  CASE
    WHEN isbn ~ '^978[0-9]{10}$' THEN substr(isbn, 4, 9) || substr('0123456789X', 1 + (
        substr(isbn, 4, 1)::integer * 1 + substr(isbn, 5, 1)::integer * 2 + substr(isbn, 6, 1)::integer * 3 +
        substr(isbn, 7, 1)::integer * 4 + substr(isbn, 8, 1)::integer * 5 + substr(isbn, 9, 1)::integer * 6 +
        substr(isbn, 10, 1)::integer * 7 + substr(isbn, 11, 1)::integer * 8 + substr(isbn, 12, 1)::integer * 9
      ) % 11, 1)
    WHEN isbn ~ '^[0-9]{9}[0-9X]$' THEN isbn
  END
) VIRTUAL;
