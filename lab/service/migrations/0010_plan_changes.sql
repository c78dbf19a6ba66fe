-- Operators change plans. Everybody else still reads the directory and changes nothing. Not forced: whoever owns the
-- table enters tenants, and the application owns nothing.
CREATE POLICY tenants_read_by_all ON tenants FOR SELECT USING (true);
CREATE POLICY tenants_changed_by_operators ON tenants FOR UPDATE
  USING (is_across_tenants()) WITH CHECK (is_across_tenants());
ALTER TABLE tenants ENABLE ROW LEVEL SECURITY;
GRANT UPDATE (plan) ON tenants TO shelfwise_app;
