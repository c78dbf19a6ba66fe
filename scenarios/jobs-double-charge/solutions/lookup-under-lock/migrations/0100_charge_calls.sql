-- Calls to the provider that nobody has heard the end of. A charge cannot be looked up while it is on its way.
CREATE TABLE charge_calls (
  tenant_id uuid NOT NULL,
  order_id  uuid NOT NULL,
  begun_at  timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, order_id),
  FOREIGN KEY (tenant_id, order_id) REFERENCES orders (tenant_id, id)
);

ALTER TABLE charge_calls ENABLE ROW LEVEL SECURITY;
ALTER TABLE charge_calls FORCE ROW LEVEL SECURITY;
CREATE POLICY charge_calls_of_tenant ON charge_calls
  USING (tenant_id = current_tenant_id()) WITH CHECK (tenant_id = current_tenant_id());

GRANT SELECT, INSERT, UPDATE, DELETE ON charge_calls TO shelfwise_app;
