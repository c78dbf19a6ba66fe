-- Stops writing the column and keeps it, with the records of backfills. Keys grow old from now on, so the way up has to
-- look at every row again.
DROP TRIGGER books_title_key ON books;
DROP FUNCTION set_book_title_key();
UPDATE backfills SET after_tenant = NULL, after_id = NULL, finished_at = NULL;
