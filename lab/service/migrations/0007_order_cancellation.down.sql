-- destructive: when the charge of each order began. Orders that were cancelled stay so; nothing changes them any more.
ALTER TABLE orders DROP CONSTRAINT orders_status_check;
ALTER TABLE orders ADD CONSTRAINT orders_status_check
  CHECK (status IN ('placed', 'paid', 'payment-failed')) NOT VALID;
ALTER TABLE orders DROP COLUMN charge_begun_at;
