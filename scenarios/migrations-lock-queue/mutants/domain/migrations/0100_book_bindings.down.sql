-- destructive: the binding of each book
ALTER TABLE books DROP COLUMN binding;
DROP DOMAIN book_binding;
