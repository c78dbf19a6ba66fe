import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { delimiter, isAbsolute, join } from 'node:path';

/** Programs that reach parts, and the packages that have them. */
const packages = {
  psql: { debian: 'postgresql-client', homebrew: 'libpq' },
  'redis-cli': { debian: 'redis-tools', homebrew: 'redis' },
  curl: { debian: 'curl', homebrew: 'curl' },
} as const;

export type Client = keyof typeof packages;

/** Which package to install, as a sentence. */
export function missingClientText(client: Client): string {
  const { debian, homebrew } = packages[client];
  return `${client} is not on your PATH. Debian and Ubuntu have it in ${debian}, Homebrew in ${homebrew}.`;
}

/** Those of these programs that a shell with this PATH finds. */
export async function clientsOnPath(wanted: Iterable<Client>, path: string | undefined): Promise<ReadonlySet<Client>> {
  const folders = (path ?? '').split(delimiter).filter((folder) => isAbsolute(folder));
  const found = new Set<Client>();
  for (const client of new Set(wanted)) {
    const places = await Promise.all(folders.map((folder) => isProgram(join(folder, client))));
    if (places.includes(true)) found.add(client);
  }
  return found;
}

async function isProgram(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return (await stat(file)).isFile();
  } catch {
    // Not there, or not for this user.
    return false;
  }
}
