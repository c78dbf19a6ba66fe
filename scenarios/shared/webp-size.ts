const headBytes = 30;

interface WebpSize {
  readonly width: number | null;
  readonly height: number | null;
}

/** How large a WebP is, by the head of its first piece, of which there are three kinds (RFC 9649); null where that is cut off. */
export function webpSize(content: Uint8Array): WebpSize {
  if (content.length < headBytes) return { width: null, height: null };
  const view = new DataView(content.buffer, content.byteOffset, content.length);
  switch (String.fromCharCode(...content.subarray(12, 16))) {
    case 'VP8L': {
      const bits = view.getUint32(21, true);
      return { width: (bits & 0x3fff) + 1, height: ((bits >> 14) & 0x3fff) + 1 };
    }
    case 'VP8X': {
      const three = (at: number): number => view.getUint16(at, true) + view.getUint8(at + 2) * 0x10000 + 1;
      return { width: three(24), height: three(27) };
    }
    default:
      return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
  }
}
