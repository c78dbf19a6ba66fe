-- A table of bindings: the next one is a row and not a migration.
CREATE TABLE bindings (name text PRIMARY KEY);
INSERT INTO bindings VALUES ('paperback'), ('hardback'), ('ebook');
GRANT SELECT ON bindings TO shelfwise_app;

ALTER TABLE books ADD COLUMN binding text NOT NULL DEFAULT 'paperback';
ALTER TABLE books ADD CONSTRAINT books_binding_fkey FOREIGN KEY (binding) REFERENCES bindings (name) NOT VALID;
