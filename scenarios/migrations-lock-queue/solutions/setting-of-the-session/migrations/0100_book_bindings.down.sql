-- destructive: the binding of each book
ALTER TABLE books DROP COLUMN binding;
