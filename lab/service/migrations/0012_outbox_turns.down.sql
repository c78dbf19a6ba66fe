-- transaction: none
DROP INDEX CONCURRENTLY IF EXISTS outbox_events_by_tenant;
