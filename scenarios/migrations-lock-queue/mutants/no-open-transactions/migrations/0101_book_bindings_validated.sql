-- transaction: none
-- Looks at every book, under a lock that lets reads and writes pass.
ALTER TABLE books VALIDATE CONSTRAINT books_binding_known;
