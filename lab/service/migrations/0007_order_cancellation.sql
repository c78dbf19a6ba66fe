-- An order can be cancelled until its charge begins. From then on nobody knows whether money was taken, until it is
-- known that it was.

-- Of orders that are there already nobody remembers: the default is for them, and goes again at once.
ALTER TABLE orders ADD COLUMN charge_begun_at timestamptz DEFAULT now();
ALTER TABLE orders ALTER COLUMN charge_begun_at DROP DEFAULT;

-- Wider than the one before, so no order can break it. NOT VALID keeps the strong lock from lasting for a scan.
ALTER TABLE orders DROP CONSTRAINT orders_status_check;
ALTER TABLE orders ADD CONSTRAINT orders_status_check
  CHECK (status IN ('placed', 'paid', 'payment-failed', 'cancelled')) NOT VALID;
