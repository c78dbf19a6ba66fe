-- Orders, their payment, and what must happen outside the database because of them.

-- True in transactions that work for no single tenant: those that publish events, and those that count dead letters.
CREATE FUNCTION is_across_tenants() RETURNS boolean
  LANGUAGE sql STABLE PARALLEL SAFE
  RETURN COALESCE(current_setting('app.across_tenants', true), '') = 'on';

CREATE TABLE orders (
  tenant_id       uuid NOT NULL REFERENCES tenants (id),
  id              uuid NOT NULL,
  idempotency_key text NOT NULL CHECK (length(idempotency_key) BETWEEN 1 AND 255),
  request_hash    text NOT NULL,
  status          text NOT NULL CHECK (status IN ('placed', 'paid', 'payment-failed')),
  total_cents     bigint NOT NULL CHECK (total_cents >= 0),
  currency        text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
  request_id      text NOT NULL,
  -- Milliseconds, as cursors carry them: what they leave out would be skipped or shown twice.
  created_at      timestamptz(3) NOT NULL DEFAULT now(),
  updated_at      timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, idempotency_key)
);

CREATE INDEX orders_by_time ON orders (tenant_id, created_at DESC, id DESC);

-- Title and price as they were when the order was placed.
CREATE TABLE order_lines (
  tenant_id        uuid NOT NULL,
  id               uuid NOT NULL DEFAULT gen_random_uuid(),
  order_id         uuid NOT NULL,
  position         smallint NOT NULL,
  book_id          uuid NOT NULL,
  title            text NOT NULL,
  quantity         integer NOT NULL CHECK (quantity > 0),
  unit_price_cents integer NOT NULL CHECK (unit_price_cents >= 0),
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, order_id, book_id),
  FOREIGN KEY (tenant_id, order_id) REFERENCES orders (tenant_id, id),
  FOREIGN KEY (tenant_id, book_id) REFERENCES books (tenant_id, id)
);

-- The key allows one payment per order, whoever tries to record a second one and whenever.
CREATE TABLE payments (
  tenant_id    uuid NOT NULL,
  order_id     uuid NOT NULL,
  -- Of the provider, so it is unique across tenants.
  charge_id    text NOT NULL UNIQUE,
  amount_cents bigint NOT NULL CHECK (amount_cents > 0),
  charged_at   timestamptz(3) NOT NULL,
  PRIMARY KEY (tenant_id, order_id),
  FOREIGN KEY (tenant_id, order_id) REFERENCES orders (tenant_id, id)
);

-- Written in the transaction of the change that they tell of, published to the queue afterwards.
CREATE TABLE outbox_events (
  id           uuid PRIMARY KEY,
  tenant_id    uuid NOT NULL REFERENCES tenants (id),
  kind         text NOT NULL CHECK (kind IN ('order.placed')),
  -- Ids only: publishing crosses the border between tenants.
  payload      jsonb NOT NULL,
  created_at   timestamptz NOT NULL DEFAULT now(),
  published_at timestamptz
);

CREATE INDEX outbox_events_unpublished ON outbox_events (created_at) WHERE published_at IS NULL;

-- Events whose effect was given up, for a person to look at. One for each event at most: it takes the event's id.
CREATE TABLE dead_letters (
  tenant_id   uuid NOT NULL,
  id          uuid NOT NULL,
  kind        text NOT NULL,
  order_id    uuid NOT NULL,
  reason      text NOT NULL CHECK (reason IN ('declined', 'refused', 'exhausted', 'crashed')),
  attempts    integer NOT NULL,
  last_error  text NOT NULL,
  request_id  text NOT NULL,
  status      text NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'redriven', 'dismissed')),
  created_at  timestamptz(3) NOT NULL DEFAULT now(),
  reviewed_at timestamptz(3),
  review_note text,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, order_id) REFERENCES orders (tenant_id, id)
);

CREATE INDEX dead_letters_by_time ON dead_letters (tenant_id, created_at DESC, id DESC);
CREATE INDEX dead_letters_open ON dead_letters (tenant_id) WHERE status = 'open';

ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
ALTER TABLE orders FORCE ROW LEVEL SECURITY;
CREATE POLICY orders_of_tenant ON orders
  USING (tenant_id = current_tenant_id()) WITH CHECK (tenant_id = current_tenant_id());

ALTER TABLE order_lines ENABLE ROW LEVEL SECURITY;
ALTER TABLE order_lines FORCE ROW LEVEL SECURITY;
CREATE POLICY order_lines_of_tenant ON order_lines
  USING (tenant_id = current_tenant_id()) WITH CHECK (tenant_id = current_tenant_id());

ALTER TABLE payments ENABLE ROW LEVEL SECURITY;
ALTER TABLE payments FORCE ROW LEVEL SECURITY;
CREATE POLICY payments_of_tenant ON payments
  USING (tenant_id = current_tenant_id()) WITH CHECK (tenant_id = current_tenant_id());

-- The relay cannot know which tenants have events to publish. A policy for it keeps the table closed to every other
-- transaction. Without row-level security any mistake elsewhere would show all tenants' orders, and a role of its own
-- would be one more login for every worker.
ALTER TABLE outbox_events ENABLE ROW LEVEL SECURITY;
ALTER TABLE outbox_events FORCE ROW LEVEL SECURITY;
CREATE POLICY outbox_events_of_tenant ON outbox_events
  USING (tenant_id = current_tenant_id()) WITH CHECK (tenant_id = current_tenant_id());
CREATE POLICY outbox_events_read_by_relay ON outbox_events FOR SELECT USING (is_across_tenants());
CREATE POLICY outbox_events_marked_by_relay ON outbox_events FOR UPDATE
  USING (is_across_tenants() AND published_at IS NULL) WITH CHECK (is_across_tenants());

ALTER TABLE dead_letters ENABLE ROW LEVEL SECURITY;
ALTER TABLE dead_letters FORCE ROW LEVEL SECURITY;
CREATE POLICY dead_letters_of_tenant ON dead_letters
  USING (tenant_id = current_tenant_id()) WITH CHECK (tenant_id = current_tenant_id());
CREATE POLICY dead_letters_counted ON dead_letters FOR SELECT USING (is_across_tenants() AND status = 'open');

-- Nothing here is ever deleted, and of an event nothing changes but its publication.
GRANT SELECT, INSERT, UPDATE ON orders TO shelfwise_app;
GRANT SELECT, INSERT ON order_lines TO shelfwise_app;
GRANT SELECT, INSERT ON payments TO shelfwise_app;
GRANT SELECT, INSERT, UPDATE (published_at) ON outbox_events TO shelfwise_app;
GRANT SELECT, INSERT, UPDATE (status, reviewed_at, review_note) ON dead_letters TO shelfwise_app;
