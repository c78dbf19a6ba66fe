-- Not validated when it is added, so that the strong lock is short; validated right after.
ALTER TABLE books ADD COLUMN binding text NOT NULL DEFAULT 'paperback';
ALTER TABLE books ADD CONSTRAINT books_binding_known
  CHECK (binding IN ('paperback', 'hardback', 'ebook')) NOT VALID;
ALTER TABLE books VALIDATE CONSTRAINT books_binding_known;
