-- The role that every ShelfWise process acts as. It owns nothing, so row-level security always binds it.
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'shelfwise_app') THEN
    CREATE ROLE shelfwise_app NOLOGIN;
  END IF;
END
$$;

-- NULL when no tenant is set, so a query without context sees no row instead of failing or seeing all.
-- NULLIF, because a setting that was once set in a session reads as '' after its transaction ended.
CREATE FUNCTION current_tenant_id() RETURNS uuid
  LANGUAGE sql STABLE PARALLEL SAFE
  RETURN NULLIF(current_setting('app.tenant_id', true), '')::uuid;

-- The directory that sign-in needs before it knows a tenant. It holds nothing private and is read-only to the application.
CREATE TABLE tenants (
  id         uuid PRIMARY KEY,
  slug       text NOT NULL UNIQUE CHECK (slug ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$'),
  name       text NOT NULL,
  plan       text NOT NULL CHECK (plan IN ('free', 'pro', 'enterprise')),
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE users (
  tenant_id     uuid NOT NULL REFERENCES tenants (id),
  id            uuid NOT NULL,
  email         text NOT NULL CHECK (email = lower(email)),
  password_hash text NOT NULL,
  role          text NOT NULL CHECK (role IN ('admin', 'editor', 'clerk')),
  created_at    timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, email)
);

CREATE TABLE books (
  tenant_id   uuid NOT NULL REFERENCES tenants (id),
  id          uuid NOT NULL,
  isbn        text NOT NULL,
  title       text NOT NULL,
  author_name text NOT NULL,
  description text NOT NULL DEFAULT '',
  price_cents integer NOT NULL CHECK (price_cents >= 0),
  currency    text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
  stock       integer NOT NULL DEFAULT 0 CHECK (stock >= 0),
  version     integer NOT NULL DEFAULT 1,
  created_at  timestamptz NOT NULL DEFAULT now(),
  updated_at  timestamptz NOT NULL DEFAULT now(),
  -- Folded once when written: ILIKE would fold every title again for every search.
  search_text text NOT NULL GENERATED ALWAYS AS (lower(title || ' ' || author_name)) STORED,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, isbn)
);

-- Serves listing and search: both walk one tenant's books by title. A trigram or full-text index would stay unused,
-- because under row-level security PostgreSQL may not run operators that are not leakproof before the policy.
CREATE INDEX books_by_title ON books (tenant_id, title, id);

ALTER TABLE users ENABLE ROW LEVEL SECURITY;
ALTER TABLE users FORCE ROW LEVEL SECURITY;
CREATE POLICY users_of_tenant ON users
  USING (tenant_id = current_tenant_id()) WITH CHECK (tenant_id = current_tenant_id());

ALTER TABLE books ENABLE ROW LEVEL SECURITY;
ALTER TABLE books FORCE ROW LEVEL SECURITY;
CREATE POLICY books_of_tenant ON books
  USING (tenant_id = current_tenant_id()) WITH CHECK (tenant_id = current_tenant_id());

GRANT SELECT ON tenants TO shelfwise_app;
GRANT SELECT ON users TO shelfwise_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON books TO shelfwise_app;

-- Libraries that keep tables of their own (job queues, for example) create them on first start.
GRANT USAGE, CREATE ON SCHEMA public TO shelfwise_app;
DO $$
BEGIN
  EXECUTE format('GRANT CREATE ON DATABASE %I TO shelfwise_app', current_database());
END
$$;
