-- destructive: every webhook endpoint with its secrets, and all deliveries, those that still wait too
DROP TRIGGER announce_settled ON orders;
DROP TRIGGER announce_placed ON orders;
DROP FUNCTION announce_order();
DROP TABLE webhook_deliveries;
DROP TABLE webhook_events;
DROP TABLE webhook_turns;
DROP TABLE webhook_endpoints;
