-- There is no way to take back a validation but to make the constraint anew.
ALTER TABLE books DROP CONSTRAINT books_title_key_required;
ALTER TABLE books ADD CONSTRAINT books_title_key_required NOT NULL title_key NOT VALID;
