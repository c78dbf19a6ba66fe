/** What a scanner said about one stream. */
export type ScanVerdict =
  | { readonly kind: 'clean' }
  | { readonly kind: 'infected'; readonly signature: string }
  | { readonly kind: 'over-limit' }
  | { readonly kind: 'none'; readonly reply: string };

const OVER_LIMIT = 'INSTREAM size limit exceeded. ERROR';
/** With AlertExceedsMax clamd reports in this form what it has not read: no virus was found, and none was looked for. */
const LIMIT_SIGNATURE = /^Heuristics\.Limits\.Exceeded/;

/** Reads the reply to INSTREAM, without its end mark. */
export function parseScanReply(reply: string): ScanVerdict {
  // Some versions say more than that.
  if (reply.includes('OK')) return { kind: 'clean' };
  if (reply === OVER_LIMIT) return { kind: 'over-limit' };
  const [, signature] = /^stream: (\S{1,200}) FOUND$/.exec(reply) ?? [];
  if (signature === undefined) return { kind: 'none', reply: reply.slice(0, 200) };
  return LIMIT_SIGNATURE.test(signature) ? { kind: 'over-limit' } : { kind: 'infected', signature };
}
