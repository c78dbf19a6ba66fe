-- statement-timeout: 60s
ALTER TABLE books ADD COLUMN binding text NOT NULL DEFAULT 'paperback' CHECK (binding IN ('paperback', 'hardback', 'ebook'));
