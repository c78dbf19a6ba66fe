import type { BuiltPage } from './built-site.ts';
/** What the server that hands out the pages needs for its `Content-Security-Policy`. */
export interface ScriptPolicy {
  readonly schema: 'lab.site-policy/1';
  /** Of every script that stands in a page, as sources of `script-src`: `'sha256-…'`. Sorted. */
  readonly scriptHashes: readonly string[];
  /** The whole header for these pages. */
  readonly header: string;
}
/** Scripts are allowed one by one. Styles are not: highlighted code carries its colours in attributes. */
export declare function scriptPolicy(pages: readonly BuiltPage[]): ScriptPolicy;
