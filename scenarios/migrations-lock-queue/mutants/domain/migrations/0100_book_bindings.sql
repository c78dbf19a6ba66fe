-- The rule belongs to the type: every table that has a binding later is bound by it.
CREATE DOMAIN book_binding AS text NOT NULL DEFAULT 'paperback'
  CHECK (VALUE IN ('paperback', 'hardback', 'ebook'));
ALTER TABLE books ADD COLUMN binding book_binding;
