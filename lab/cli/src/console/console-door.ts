import { chmodSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where the console is. The token is in the fragment, which no server and no log ever sees. */
export function consoleAddress(server: { readonly port: number; readonly token: string }): string {
  return `http://127.0.0.1:${server.port}/console/#token=${server.token}`;
}

/**
 * A page that sends the browser on to the console. The browser is started with the name of this file: arguments of
 * programs are seen by every user of a machine, and this file only by its owner.
 */
export function writeDoor(labDir: string, address: string): string {
  const file = join(labDir, 'open-console.html');
  rmSync(file, { force: true });
  const page = `<!doctype html>\n<meta charset="utf-8">\n<meta http-equiv="refresh" content="0;url=${address}">\n<title>To the console</title>\n<a href="${address}">To the console</a>\n`;
  writeFileSync(file, page, { mode: 0o600, flag: 'wx' });
  chmodSync(file, 0o600);
  return file;
}

/** When the server has ended, or its session: the token in it is good for nothing any more. */
export function removeDoor(labDir: string): void {
  rmSync(join(labDir, 'open-console.html'), { force: true });
}
