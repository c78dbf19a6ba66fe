-- There is no way to take back a validation but to make the constraint anew.
ALTER TABLE orders DROP CONSTRAINT orders_status_check;
ALTER TABLE orders ADD CONSTRAINT orders_status_check
  CHECK (status IN ('placed', 'paid', 'payment-failed', 'cancelled')) NOT VALID;
