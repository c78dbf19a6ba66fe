-- Every book has one by now.
ALTER TABLE books ALTER COLUMN binding SET NOT NULL;
