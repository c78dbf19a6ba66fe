-- Answers to changing requests, by the key that their client gave them, so that asking again changes nothing.

CREATE TABLE idempotency_keys (
  tenant_id       uuid NOT NULL REFERENCES tenants (id),
  -- Method and template of the route: the same key for another kind of request is another request.
  route           text NOT NULL,
  key             text NOT NULL CHECK (length(key) BETWEEN 1 AND 255),
  request_hash    text NOT NULL,
  status          smallint NOT NULL CHECK (status BETWEEN 200 AND 299),
  headers         jsonb NOT NULL,
  body            jsonb,
  created_at      timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, route, key)
);

CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);

ALTER TABLE idempotency_keys ENABLE ROW LEVEL SECURITY;
ALTER TABLE idempotency_keys FORCE ROW LEVEL SECURITY;
CREATE POLICY idempotency_keys_of_tenant ON idempotency_keys
  USING (tenant_id = current_tenant_id()) WITH CHECK (tenant_id = current_tenant_id());
-- Keys are forgotten for all tenants at once, and only when they are old enough.
CREATE POLICY idempotency_keys_found_when_old ON idempotency_keys FOR SELECT
  USING (is_across_tenants() AND created_at < now() - interval '7 days');
CREATE POLICY idempotency_keys_forgotten ON idempotency_keys FOR DELETE
  USING (is_across_tenants() AND created_at < now() - interval '7 days');

GRANT SELECT, INSERT, DELETE ON idempotency_keys TO shelfwise_app;
