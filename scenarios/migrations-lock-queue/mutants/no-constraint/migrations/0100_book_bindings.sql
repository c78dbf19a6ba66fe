ALTER TABLE books ADD COLUMN binding text NOT NULL DEFAULT 'paperback';
