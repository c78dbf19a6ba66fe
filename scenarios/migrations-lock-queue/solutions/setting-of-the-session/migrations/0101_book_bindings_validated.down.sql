-- There is no way to take back a validation but to make the constraint anew.
ALTER TABLE books DROP CONSTRAINT books_binding_known;
ALTER TABLE books ADD CONSTRAINT books_binding_known
  CHECK (binding IN ('paperback', 'hardback', 'ebook')) NOT VALID;
