import { createHash } from 'node:crypto';
import type { BuiltPage } from './built-site.ts';

/** What the server that hands out the pages needs for its `Content-Security-Policy`. */
export interface ScriptPolicy {
  readonly schema: 'lab.site-policy/1';
  /** Of every script that stands in a page, as sources of `script-src`: `'sha256-…'`. Sorted. */
  readonly scriptHashes: readonly string[];
  /** The whole header for these pages. */
  readonly header: string;
}

const inline = /<script(?<attributes>(?:\s[^>]*)?)>(?<code>[\s\S]*?)<\/script>/g;

/** Scripts are allowed one by one. Styles are not: highlighted code carries its colours in attributes. */
export function scriptPolicy(pages: readonly BuiltPage[]): ScriptPolicy {
  const codes = new Set(pages.flatMap(({ html }) => inlineScripts(html)));
  const scriptHashes = [...codes]
    .map((code) => `'sha256-${createHash('sha256').update(code).digest('base64')}'`)
    .sort();
  const header = [
    "default-src 'self'",
    // The search index runs as WebAssembly.
    ["script-src 'self' 'wasm-unsafe-eval'", ...scriptHashes].join(' '),
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "connect-src 'self'",
    // The one that holds the stream of a session for all tabs.
    "worker-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
  return { schema: 'lab.site-policy/1', scriptHashes, header };
}

function inlineScripts(html: string): string[] {
  return [...html.matchAll(inline)]
    .filter((match) => !/\ssrc=/.test(match.groups?.['attributes'] ?? ''))
    .filter((match) => !/\stype="(?:application\/(?:ld\+)?json|text\/plain)"/.test(match.groups?.['attributes'] ?? ''))
    .map((match) => match.groups?.['code'] ?? '');
}
