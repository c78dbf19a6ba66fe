/**
 * Commands for a POSIX shell. Passwords and tokens come from files and pipes: arguments can be read by every user of
 * the machine, and stay in the history of the shell.
 */

/** An account of ShelfWise's development seed: published in its README, no secret. */
const account = { tenant: 'shop-01', email: 'admin@shop-01.example', password: 'shelfwise-dev' };

/** `psql`, which finds the password in a password file. */
export function databaseCommand(address: string, passwordFile: string): string {
  const { hostname, port, pathname, username } = new URL(address);
  const where = `host=${hostname} port=${port} user=${decodeURIComponent(username)} dbname=${pathname.slice(1)}`;
  return `PGPASSFILE=${quoted(passwordFile)} psql "${where}"`;
}

/** `redis-cli`, which takes the password from its environment. */
export function storeCommand(address: string, passwordFile: string): string {
  const { hostname, port } = new URL(address);
  return `REDISCLI_AUTH="$(cat ${quoted(passwordFile)})" redis-cli -h ${hostname} -p ${port}`;
}

export function getCommand(address: string): string {
  return `curl -sS ${quoted(address)}`;
}

/**
 * Lists a bucket. `curl` signs for object stores since 7.75; the account is in its configuration file. The header says
 * that the content is not signed: some versions of curl leave it out, and the store wants it.
 */
export function listCommand(bucket: string, region: string, configFile: string): string {
  const signed = `--aws-sigv4 aws:amz:${region}:s3 --config ${quoted(configFile)}`;
  return `curl -sS ${signed} -H 'x-amz-content-sha256: UNSIGNED-PAYLOAD' ${quoted(`${bucket}?list-type=2`)}`;
}

export function sendCommand(address: string, body: string): string {
  return `curl -sS -i ${quoted(address)} -H 'content-type: application/json' -d ${quoted(body)}`;
}

/** Signs in to ShelfWise and reads some books with the token. `curl` reads a header from standard input since 7.55. */
export function signedInCommand(base: string): string {
  const header = String.raw`s/.*"accessToken":"\([^"]*\)".*/authorization: Bearer \1/p`;
  return [
    `curl -sS ${quoted(`${base}/v2/auth/token`)} -H 'content-type: application/json' -d ${quoted(JSON.stringify(account))} |`,
    `  sed -n '${header}' |`,
    `  curl -sS -H @- ${quoted(`${base}/v2/books?limit=3`)}`,
  ].join('\n');
}

/** As one word of a shell. */
export function quoted(text: string): string {
  return /^[\w/.:@%+,-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
