ALTER TABLE books DROP CONSTRAINT books_title_key_required;
