DROP TABLE charge_calls;
