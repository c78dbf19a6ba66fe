-- The role stays: it belongs to the cluster, and other databases may use it.
DO $$
BEGIN
  EXECUTE format('REVOKE CREATE ON DATABASE %I FROM shelfwise_app', current_database());
END
$$;
REVOKE USAGE, CREATE ON SCHEMA public FROM shelfwise_app;
DROP TABLE books;
DROP TABLE users;
DROP TABLE tenants;
DROP FUNCTION current_tenant_id();
