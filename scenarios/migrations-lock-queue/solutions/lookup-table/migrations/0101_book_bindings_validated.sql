-- transaction: none
-- Looks at every book, under locks that let reads and writes pass.
ALTER TABLE books VALIDATE CONSTRAINT books_binding_fkey;
