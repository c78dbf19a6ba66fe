REVOKE UPDATE (plan) ON tenants FROM shelfwise_app;
ALTER TABLE tenants DISABLE ROW LEVEL SECURITY;
DROP POLICY tenants_changed_by_operators ON tenants;
DROP POLICY tenants_read_by_all ON tenants;
