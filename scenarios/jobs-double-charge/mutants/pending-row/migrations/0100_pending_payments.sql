-- Payments that a worker is at. Whoever wants to begin one that is here leaves it to that worker.
CREATE TABLE pending_payments (
  tenant_id uuid NOT NULL,
  order_id  uuid NOT NULL,
  PRIMARY KEY (tenant_id, order_id),
  FOREIGN KEY (tenant_id, order_id) REFERENCES orders (tenant_id, id)
);
ALTER TABLE pending_payments ENABLE ROW LEVEL SECURITY;
ALTER TABLE pending_payments FORCE ROW LEVEL SECURITY;
CREATE POLICY pending_payments_of_tenant ON pending_payments
  USING (tenant_id = current_tenant_id()) WITH CHECK (tenant_id = current_tenant_id());
GRANT SELECT, INSERT, DELETE ON pending_payments TO shelfwise_app;
