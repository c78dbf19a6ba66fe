-- May be run with every deploy.
ALTER TABLE books ADD COLUMN IF NOT EXISTS binding text NOT NULL DEFAULT 'paperback';
ALTER TABLE books DROP CONSTRAINT IF EXISTS books_binding_known;
ALTER TABLE books ADD CONSTRAINT books_binding_known
  CHECK (binding IN ('paperback', 'hardback', 'ebook')) NOT VALID;
