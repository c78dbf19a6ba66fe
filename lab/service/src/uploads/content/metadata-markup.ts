/** What a browser that guesses would run. XMP is markup too, and none of these. */
const MARKUP = /<(?:!doctype|html|head|body|script|svg|iframe|object|embed|\?php)/i;

/** Metadata of an image that would pass as a page, where somebody ignores its type. */
export function holdsMarkup(metadata: Uint8Array): boolean {
  return MARKUP.test(Buffer.from(metadata.buffer, metadata.byteOffset, metadata.length).toString('latin1'));
}
