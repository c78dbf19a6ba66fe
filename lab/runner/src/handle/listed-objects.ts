import type { ObjectFacts } from '@lab/sdk';

/** One page of ListObjectsV2. */
export interface ListedPage {
  readonly objects: readonly ObjectFacts[];
  /** Null: this was the last one. */
  readonly nextToken: string | null;
}

/** Reads the answer to ListObjectsV2 with `encoding-type=url`: keys in it need no XML parser. */
export function listedPage(xml: string): ListedPage {
  const objects = [...xml.matchAll(/<Contents>(.*?)<\/Contents>/gs)].map(([, entry = '']) => ({
    key: decodeURIComponent((textIn(entry, 'Key') ?? '').replaceAll('+', ' ')),
    bytes: Number(textIn(entry, 'Size') ?? 0),
    etag: plain(textIn(entry, 'ETag') ?? ''),
    writtenAtMs: Date.parse(textIn(entry, 'LastModified') ?? ''),
  }));
  const isMore = textIn(xml, 'IsTruncated') === 'true';
  return { objects, nextToken: isMore ? plain(textIn(xml, 'NextContinuationToken') ?? '') || null : null };
}

function textIn(xml: string, tag: string): string | null {
  return new RegExp(`<${tag}>(.*?)</${tag}>`, 's').exec(xml)?.[1] ?? null;
}

/** What XML writes for a quotation mark and its like. */
const entities: Readonly<Record<string, string>> = {
  '&quot;': '"',
  '&#34;': '"',
  '&#39;': "'",
  '&lt;': '<',
  '&gt;': '>',
  '&amp;': '&',
};

function plain(text: string): string {
  return text.replaceAll(/&(?:quot|lt|gt|amp|#34|#39);/g, (entity) => entities[entity] ?? entity);
}
