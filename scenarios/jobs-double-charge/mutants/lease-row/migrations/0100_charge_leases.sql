-- Who charges the order at the moment, and until when nobody else does.
ALTER TABLE orders ADD COLUMN charge_holder uuid, ADD COLUMN charge_until timestamptz;
