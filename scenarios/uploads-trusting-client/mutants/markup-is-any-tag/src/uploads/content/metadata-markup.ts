/** Anything that looks like a tag: nobody can list all that some browser might run. */
const MARKUP = /<[!?/a-z]/i;

/** Metadata of an image that would pass as a page, where somebody ignores its type. */
export function holdsMarkup(metadata: Uint8Array): boolean {
  return MARKUP.test(Buffer.from(metadata.buffer, metadata.byteOffset, metadata.length).toString('latin1'));
}
