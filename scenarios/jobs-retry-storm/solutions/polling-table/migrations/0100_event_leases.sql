-- The outbox is the queue: an event is taken for a while, given back or published, which now means that it is done.

ALTER TABLE outbox_events
  -- Before this time nobody takes it: a lease that runs, or the pause before another attempt.
  ADD COLUMN due_at   timestamptz NOT NULL DEFAULT now(),
  ADD COLUMN leased   boolean NOT NULL DEFAULT false,
  -- Counts how often it was taken, so it also tells one lease of it from the next.
  ADD COLUMN starts   integer NOT NULL DEFAULT 0,
  -- Attempts that ended in a failure that counts.
  ADD COLUMN failures integer NOT NULL DEFAULT 0,
  -- Leases that ran out with nobody giving the event back.
  ADD COLUMN crashes  integer NOT NULL DEFAULT 0;

DROP INDEX outbox_events_unpublished;
CREATE INDEX outbox_events_due ON outbox_events (due_at) WHERE published_at IS NULL;

GRANT UPDATE (due_at, leased, starts, failures, crashes) ON outbox_events TO shelfwise_app;
