-- What stood in the way of the last release is ended from now on, whoever has it open.
DO $$
BEGIN
  EXECUTE format('ALTER DATABASE %I SET idle_in_transaction_session_timeout = %L', current_database(), '5s');
  EXECUTE format('ALTER DATABASE %I SET transaction_timeout = %L', current_database(), '8s');
END
$$;
