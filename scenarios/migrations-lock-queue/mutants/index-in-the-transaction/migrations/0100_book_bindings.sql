-- A type of its own: its values are checked when they are written, so there is no constraint to validate.
CREATE TYPE book_binding AS ENUM ('paperback', 'hardback', 'ebook');
ALTER TABLE books ADD COLUMN binding book_binding NOT NULL DEFAULT 'paperback';
-- Lists will ask for it.
CREATE INDEX books_by_binding ON books (tenant_id, binding, title, id);
