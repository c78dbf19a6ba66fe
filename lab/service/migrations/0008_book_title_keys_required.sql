-- Contract, first half: new rows must have the key from now on. NOT VALID leaves old rows alone, so the strong lock is
-- held for a moment and not for a scan.
ALTER TABLE books ADD CONSTRAINT books_title_key_required NOT NULL title_key NOT VALID;
