-- destructive: how far each backfill has come; title keys can be computed again
DROP TABLE backfills;
DROP TRIGGER books_title_key ON books;
DROP FUNCTION set_book_title_key();
ALTER TABLE books DROP COLUMN title_key;
DROP FUNCTION book_title_key(text);
