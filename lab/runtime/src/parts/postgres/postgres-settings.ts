/** Superuser of every cluster that the lab makes. Never handed to the service. */
export const SUPERUSER = 'lab_admin';
export const TEMPLATE_DATABASE = 'template_shop';
export const BUILD_DATABASE = 'template_build';
/** Name of the database that the service is given. */
export const SHOP_DATABASE = 'shop';
export const HOST = '127.0.0.1';

/** Arguments of initdb, the data folder and the password file aside. Results do not depend on the machine's locale. */
export const INITDB_ARGUMENTS = [
  `--username=${SUPERUSER}`,
  '--auth=scram-sha-256',
  '--encoding=UTF8',
  '--locale=C',
  '--locale-provider=builtin',
  '--builtin-locale=C.UTF-8',
  '--no-sync',
  '--no-instructions',
] as const;

/** `postgresql.conf`, but for the port. Data is thrown away at the end of a run, so nothing waits for a disk. */
export const POSTGRES_CONFIGURATION = `
listen_addresses = '${HOST}'
unix_socket_directories = ''
max_connections = 200
password_encryption = scram-sha-256
shared_buffers = 128MB
huge_pages = off
# In the data folder, where it goes away with the run: a killed server would leave files in /dev/shm.
dynamic_shared_memory_type = mmap
# No I/O worker processes: the data fits in memory.
io_method = sync
fsync = off
synchronous_commit = off
full_page_writes = off
wal_level = minimal
max_wal_senders = 0
max_wal_size = 1GB
min_wal_size = 32MB
# A checkpoint in the middle of a run would show up in its times.
checkpoint_timeout = 30min
shared_preload_libraries = 'pg_stat_statements'
pg_stat_statements.track = all
pg_stat_statements.track_utility = off
logging_collector = off
log_destination = stderr
log_line_prefix = '%m [%p] %u@%d/%a '
lc_messages = 'C'
timezone = 'UTC'
log_timezone = 'UTC'
`;

/** `pg_hba.conf`: this machine only, always with a password. */
export const POSTGRES_ACCESS = `host all all ${HOST}/32 scram-sha-256\n`;
