-- statement-timeout: 60s
ALTER TABLE books ADD COLUMN binding text;
-- Shop by shop: row-level security binds the owner too.
DO $$
DECLARE shop uuid;
BEGIN
  FOR shop IN SELECT id FROM tenants LOOP
    PERFORM set_config('app.tenant_id', shop::text, true);
    UPDATE books SET binding = 'paperback';
  END LOOP;
END
$$;
ALTER TABLE books ALTER COLUMN binding SET DEFAULT 'paperback', ALTER COLUMN binding SET NOT NULL;
ALTER TABLE books ADD CONSTRAINT books_binding_known
  CHECK (binding IN ('paperback', 'hardback', 'ebook')) NOT VALID;
