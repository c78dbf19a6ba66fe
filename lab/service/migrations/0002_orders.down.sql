DROP TABLE dead_letters;
DROP TABLE outbox_events;
DROP TABLE payments;
DROP TABLE order_lines;
DROP TABLE orders;
DROP FUNCTION is_across_tenants();
