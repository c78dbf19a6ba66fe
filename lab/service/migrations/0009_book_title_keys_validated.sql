-- transaction: none
-- needs-backfill: book-title-keys
-- Contract, second half: looks at every row, under a lock that lets reads and writes pass.
ALTER TABLE books VALIDATE CONSTRAINT books_title_key_required;
