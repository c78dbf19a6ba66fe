-- Bindings. The default is a constant, so it is kept in the catalogue and no row is touched, and NOT NULL needs no look
-- at the rows either. NOT VALID: rows of before are looked at by 0101, under a lock that lets everybody pass.
ALTER TABLE books ADD COLUMN binding text NOT NULL DEFAULT 'paperback';
ALTER TABLE books ADD CONSTRAINT books_binding_known
  CHECK (binding IN ('paperback', 'hardback', 'ebook')) NOT VALID;
