import { join } from 'node:path';

/** Where `npm run build:site` leaves the pages. */
export function builtSite(repoRoot: string): string {
  return join(repoRoot, 'site', 'dist');
}
