import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { HttpProblem } from '../exchange.ts';
import type { BuiltSite, SiteFile, SiteFiles } from './site-files.ts';

/** For pages of a build whose policy cannot be read: no script runs. */
const strictPolicy = "default-src 'self'; script-src 'none'; frame-ancestors 'none'";
const compressible = /^(?:text\/|application\/(?:json|javascript|wasm|xml)|image\/svg)/;
const compress = promisify(gzip);

const notBuilt = `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>The pages are not built</title>
<h1>The pages are not built</h1>
<p>The lab runs, but its lessons and its console are not there yet. Build them once, then load this page again:</p>
<pre>npm run build:site</pre>
`;

/** Answers with a file of the built site. @throws HttpProblem 405 for anything but reading. */
export async function sendPage(request: IncomingMessage, response: ServerResponse, pages: SiteFiles): Promise<void> {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    throw new HttpProblem(405, 'METHOD_REFUSED', 'Pages are only read.');
  }
  const site = await pages.current();
  if (site === null) return sendText(response, { status: 404, text: notBuilt, policy: strictPolicy });
  const path = (request.url ?? '/').split(/[?#]/, 1)[0] ?? '/';
  const found = site.files.get(path);
  if (found !== undefined) return await sendFile(request, response, { site, found, status: 200 });
  // An address without its last slash is a slip of whoever typed it.
  if (site.files.has(`${path}/`)) {
    response.writeHead(308, { location: `${path}/` });
    response.end();
    return;
  }
  const missing = site.files.get('/404.html');
  if (missing !== undefined) return await sendFile(request, response, { site, found: missing, status: 404 });
  sendText(response, {
    status: 404,
    text: '<!doctype html><title>Not there</title><p>Not there.',
    policy: strictPolicy,
  });
}

interface Found {
  readonly site: BuiltSite;
  readonly found: SiteFile;
  readonly status: number;
}

async function sendFile(
  request: IncomingMessage,
  response: ServerResponse,
  { site, found, status }: Found,
): Promise<void> {
  const content = await readFile(found.file);
  const isCompressed = compressible.test(found.type) && /\bgzip\b/.test(request.headers['accept-encoding'] ?? '');
  const body = isCompressed ? await compress(content, { level: 6 }) : content;
  response.writeHead(status, {
    'content-type': found.type,
    'content-length': body.length,
    'content-security-policy': site.policy ?? strictPolicy,
    'cache-control': found.isFixed ? 'private, max-age=31536000, immutable' : 'no-cache',
    vary: 'accept-encoding',
    ...(isCompressed ? { 'content-encoding': 'gzip' } : {}),
  });
  response.end(request.method === 'HEAD' ? undefined : body);
}

function sendText(response: ServerResponse, page: { status: number; text: string; policy: string }): void {
  response.writeHead(page.status, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': page.policy,
  });
  response.end(page.text);
}
