ALTER TABLE books ADD COLUMN binding text DEFAULT 'paperback';
ALTER TABLE books ADD CONSTRAINT books_binding_known
  CHECK (binding IN ('paperback', 'hardback', 'ebook')) NOT VALID;
