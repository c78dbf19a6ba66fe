-- What shops want to be told, what happened, and one delivery for each event and endpoint.

CREATE TABLE webhook_endpoints (
  tenant_id             uuid NOT NULL REFERENCES tenants (id),
  id                    uuid NOT NULL,
  url                   text NOT NULL CHECK (length(url) BETWEEN 1 AND 2000),
  event_types           text[] NOT NULL CHECK (cardinality(event_types) > 0
                        AND event_types <@ ARRAY['order.placed', 'order.paid', 'order.payment-failed']),
  -- For a suspended endpoint deliveries are made and wait; for a disabled one none are made.
  status                text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'suspended', 'disabled')),
  status_reason         text CHECK (status_reason IN ('administrator', 'failures', 'gone')),
  -- Encrypted, with a key that is not in the database. Both sign while the previous one is still accepted.
  secret                bytea NOT NULL,
  previous_secret       bytea,
  previous_secret_until timestamptz,
  -- Of all workers together.
  consecutive_failures  integer NOT NULL DEFAULT 0,
  -- Nothing is sent before: the breaker is open, the endpoint asked for a pause, or it comes back slowly.
  not_before            timestamptz NOT NULL DEFAULT now(),
  -- When it came back. It gets its deliveries at a rate that grows from then on.
  ramp_started_at       timestamptz,
  created_at            timestamptz(3) NOT NULL DEFAULT now(),
  updated_at            timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  CHECK ((status = 'active') = (status_reason IS NULL)),
  CHECK ((previous_secret IS NULL) = (previous_secret_until IS NULL))
);

-- Shops take turns, the one that has waited longest first. A worker locks the row of the shop that it takes work from.
CREATE TABLE webhook_turns (
  tenant_id uuid PRIMARY KEY REFERENCES tenants (id),
  taken_at  timestamptz NOT NULL DEFAULT now()
);

-- Only events that an endpoint was subscribed to.
CREATE TABLE webhook_events (
  tenant_id  uuid NOT NULL REFERENCES tenants (id),
  -- Sent as webhook-id: the same for every attempt, by which receivers know what they have seen.
  id         uuid NOT NULL,
  type       text NOT NULL,
  payload    jsonb NOT NULL,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id)
);

CREATE TABLE webhook_deliveries (
  tenant_id     uuid NOT NULL,
  id            uuid NOT NULL DEFAULT gen_random_uuid(),
  event_id      uuid NOT NULL,
  endpoint_id   uuid NOT NULL,
  -- Of the request that caused the event.
  request_id    text NOT NULL,
  status        text NOT NULL DEFAULT 'pending'
                CHECK (status IN ('pending', 'sending', 'delivered', 'dead', 'dismissed')),
  -- Of a pending one: when it may be sent. Of one that is being sent: when its worker counts as dead.
  due_at        timestamptz NOT NULL DEFAULT now(),
  -- Attempts that count; how often any worker took it, which tells a worker whether it still has it; and how many died.
  attempts      integer NOT NULL DEFAULT 0,
  starts        integer NOT NULL DEFAULT 0,
  crashes       integer NOT NULL DEFAULT 0,
  dead_reason   text CHECK (dead_reason IN ('refused', 'gone', 'exhausted', 'crashed')),
  last_status   integer,
  last_error    text,
  last_response text,
  -- Milliseconds, as cursors carry them.
  created_at    timestamptz(3) NOT NULL DEFAULT now(),
  delivered_at  timestamptz(3),
  reviewed_at   timestamptz(3),
  review_note   text,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, event_id, endpoint_id),
  FOREIGN KEY (tenant_id, event_id) REFERENCES webhook_events (tenant_id, id),
  FOREIGN KEY (tenant_id, endpoint_id) REFERENCES webhook_endpoints (tenant_id, id) ON DELETE CASCADE,
  CHECK (status NOT IN ('dead', 'dismissed') OR dead_reason IS NOT NULL),
  CHECK ((status = 'delivered') = (delivered_at IS NOT NULL))
) WITH (
  -- A queue changes each row several times: its dead versions must go before the next ones have to step over them.
  autovacuum_vacuum_scale_factor = 0.02
);

CREATE INDEX webhook_deliveries_by_time ON webhook_deliveries (tenant_id, created_at DESC, id DESC);
CREATE INDEX webhook_deliveries_of_endpoint ON webhook_deliveries (tenant_id, endpoint_id, created_at DESC, id DESC);
-- A worker asks one endpoint for its next delivery. What waits for other endpoints, however much, is not looked at.
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (tenant_id, endpoint_id, due_at) WHERE status = 'pending';
CREATE INDEX webhook_deliveries_suspect ON webhook_deliveries (tenant_id, endpoint_id, due_at)
  WHERE status = 'pending' AND crashes > 0;
CREATE INDEX webhook_deliveries_sending ON webhook_deliveries (due_at) WHERE status = 'sending';
CREATE INDEX webhook_deliveries_dead ON webhook_deliveries (tenant_id) WHERE status = 'dead';

-- A trigger, so that no code that changes an order can forget it, and no order's change can be told that did not happen:
-- the deliveries are part of its transaction. Whoever calls has set the tenant, so policies bind this as any other code.
CREATE FUNCTION announce_order() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  kinds text[] := ARRAY['order.' || NEW.status];
BEGIN
  -- An order that costs nothing is placed and paid at once.
  IF TG_OP = 'INSERT' AND NEW.status <> 'placed' THEN
    kinds := ARRAY['order.placed', 'order.' || NEW.status];
  END IF;
  -- The lock keeps an endpoint from being deleted before its deliveries are there: an order must not fail because of that.
  WITH subscribed AS (
    SELECT id, event_types FROM webhook_endpoints
    WHERE tenant_id = NEW.tenant_id AND status <> 'disabled' AND event_types && kinds
    FOR KEY SHARE
  ),
  event AS (
    INSERT INTO webhook_events (tenant_id, id, type, payload)
    SELECT NEW.tenant_id, gen_random_uuid(), kind,
      jsonb_build_object(
        'type', kind,
        'timestamp', to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
        'data', jsonb_build_object(
          'orderId', NEW.id, 'status', NEW.status, 'totalCents', NEW.total_cents, 'currency', NEW.currency))
    FROM unnest(kinds) AS kind
    WHERE EXISTS (SELECT FROM subscribed WHERE kind = ANY (event_types))
    RETURNING id, type
  )
  INSERT INTO webhook_deliveries (tenant_id, event_id, endpoint_id, request_id)
  SELECT NEW.tenant_id, event.id, subscribed.id, NEW.request_id
  FROM event JOIN subscribed ON event.type = ANY (subscribed.event_types);
  RETURN NULL;
END
$$;

-- Rows that are loaded in bulk, by the owner of the tables and without a tenant, are no news.
CREATE TRIGGER announce_placed AFTER INSERT ON orders
  FOR EACH ROW WHEN (current_tenant_id() IS NOT NULL) EXECUTE FUNCTION announce_order();
CREATE TRIGGER announce_settled AFTER UPDATE OF status ON orders
  FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status AND current_tenant_id() IS NOT NULL)
  EXECUTE FUNCTION announce_order();

ALTER TABLE webhook_endpoints ENABLE ROW LEVEL SECURITY;
ALTER TABLE webhook_endpoints FORCE ROW LEVEL SECURITY;
CREATE POLICY webhook_endpoints_of_tenant ON webhook_endpoints
  USING (tenant_id = current_tenant_id()) WITH CHECK (tenant_id = current_tenant_id());

ALTER TABLE webhook_turns ENABLE ROW LEVEL SECURITY;
ALTER TABLE webhook_turns FORCE ROW LEVEL SECURITY;
CREATE POLICY webhook_turns_of_tenant ON webhook_turns
  USING (tenant_id = current_tenant_id()) WITH CHECK (tenant_id = current_tenant_id());

-- No worker sees an event before it works for its tenant.
ALTER TABLE webhook_events ENABLE ROW LEVEL SECURITY;
ALTER TABLE webhook_events FORCE ROW LEVEL SECURITY;
CREATE POLICY webhook_events_of_tenant ON webhook_events
  USING (tenant_id = current_tenant_id()) WITH CHECK (tenant_id = current_tenant_id());

ALTER TABLE webhook_deliveries ENABLE ROW LEVEL SECURITY;
ALTER TABLE webhook_deliveries FORCE ROW LEVEL SECURITY;
CREATE POLICY webhook_deliveries_of_tenant ON webhook_deliveries
  USING (tenant_id = current_tenant_id()) WITH CHECK (tenant_id = current_tenant_id());

-- Workers share out what waits without knowing whose it is: they see who waits for what, and take it.
CREATE POLICY webhook_turns_seen_by_workers ON webhook_turns FOR SELECT USING (is_across_tenants());
CREATE POLICY webhook_turns_taken_by_workers ON webhook_turns FOR UPDATE
  USING (is_across_tenants()) WITH CHECK (is_across_tenants());
CREATE POLICY webhook_endpoints_seen_by_workers ON webhook_endpoints FOR SELECT USING (is_across_tenants());
CREATE POLICY webhook_endpoints_slowed_by_workers ON webhook_endpoints FOR UPDATE
  USING (is_across_tenants() AND status = 'active') WITH CHECK (is_across_tenants() AND status = 'active');
CREATE POLICY webhook_deliveries_seen_by_workers ON webhook_deliveries FOR SELECT
  USING (is_across_tenants() AND status IN ('pending', 'sending', 'dead'));
CREATE POLICY webhook_deliveries_taken_by_workers ON webhook_deliveries FOR UPDATE
  USING (is_across_tenants() AND status IN ('pending', 'sending'))
  WITH CHECK (is_across_tenants() AND status IN ('pending', 'sending', 'dead'));

GRANT SELECT, INSERT, DELETE ON webhook_endpoints TO shelfwise_app;
GRANT UPDATE (url, event_types, status, status_reason, secret, previous_secret, previous_secret_until,
  consecutive_failures, not_before, ramp_started_at, updated_at) ON webhook_endpoints TO shelfwise_app;
GRANT SELECT, INSERT, UPDATE (taken_at) ON webhook_turns TO shelfwise_app;
GRANT SELECT, INSERT ON webhook_events TO shelfwise_app;
GRANT SELECT, INSERT ON webhook_deliveries TO shelfwise_app;
GRANT UPDATE (status, due_at, attempts, starts, crashes, dead_reason, last_status, last_error, last_response,
  delivered_at, reviewed_at, review_note) ON webhook_deliveries TO shelfwise_app;
