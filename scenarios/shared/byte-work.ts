/** Text as ASCII; what is none is not to be written with it. */
export function ascii(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

export function joined(...pieces: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}

/** A whole number in so many bytes, the high one first. */
export function bigEndian(value: number, bytes: number): Uint8Array {
  return Uint8Array.from({ length: bytes }, (_, index) => Math.floor(value / 256 ** (bytes - 1 - index)) % 256);
}

export function littleEndian(value: number, bytes: number): Uint8Array {
  return bigEndian(value, bytes).reverse();
}

/** In hexadecimal. */
export async function sha256Of(content: Uint8Array): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', new Uint8Array(content)));
  return [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Whether these bytes occur in the content. */
export function holds(content: Uint8Array, wanted: Uint8Array): boolean {
  if (wanted.length === 0) return true;
  for (let at = content.indexOf(wanted[0] ?? 0); at >= 0; at = content.indexOf(wanted[0] ?? 0, at + 1)) {
    if (wanted.every((byte, index) => content[at + index] === byte)) return true;
  }
  return false;
}
