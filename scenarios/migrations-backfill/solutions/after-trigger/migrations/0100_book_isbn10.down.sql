-- destructive: nothing that cannot be computed again
DROP TRIGGER books_isbn10 ON books;
DROP FUNCTION set_book_isbn10();
ALTER TABLE books DROP COLUMN isbn10;
DROP FUNCTION book_isbn10(text);
