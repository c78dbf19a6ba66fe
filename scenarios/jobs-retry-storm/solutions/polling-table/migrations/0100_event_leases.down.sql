DROP INDEX outbox_events_due;
CREATE INDEX outbox_events_unpublished ON outbox_events (created_at) WHERE published_at IS NULL;
ALTER TABLE outbox_events
  DROP COLUMN due_at, DROP COLUMN leased, DROP COLUMN starts, DROP COLUMN failures, DROP COLUMN crashes;
