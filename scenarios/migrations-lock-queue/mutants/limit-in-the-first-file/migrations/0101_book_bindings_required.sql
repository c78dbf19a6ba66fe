-- Validated first: NOT NULL needs no look at the rows then, and is done at once.
ALTER TABLE books VALIDATE CONSTRAINT books_binding_known;
ALTER TABLE books ALTER COLUMN binding SET NOT NULL;
