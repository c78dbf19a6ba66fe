-- transaction: none
-- Looks at every order, under a lock that lets reads and writes pass.
ALTER TABLE orders VALIDATE CONSTRAINT orders_status_check;
