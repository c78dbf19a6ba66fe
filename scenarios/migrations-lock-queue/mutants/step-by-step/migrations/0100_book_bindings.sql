ALTER TABLE books ADD COLUMN binding text NOT NULL DEFAULT 'paperback';
-- step
ALTER TABLE books ADD CONSTRAINT books_binding_known CHECK (binding IN ('paperback', 'hardback', 'ebook')) NOT VALID;
-- step
ALTER TABLE books VALIDATE CONSTRAINT books_binding_known;
