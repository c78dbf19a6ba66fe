-- transaction: none
-- Shops take turns when events are published: one look at this index finds the next shop, another one its next event.
CREATE INDEX CONCURRENTLY outbox_events_by_tenant ON outbox_events (tenant_id, created_at) WHERE published_at IS NULL;
