import { kindOf } from '../../shared/sample-files.ts';

interface PictureSize {
  readonly width: number | null;
  readonly height: number | null;
}

/**
 * How large a picture is, by its own head; nothing is known of what is none. A picture may be drawn anew as a WebP, so
 * a size has to be found in each of its three kinds.
 */
export function pictureSize(content: Uint8Array): PictureSize {
  const kind = kindOf(content);
  if (kind?.contentType === 'image/webp' && content.length >= webpHeadBytes) return webpSize(content);
  return { width: kind?.width ?? null, height: kind?.height ?? null };
}

const webpHeadBytes = 30;

function webpSize(content: Uint8Array): PictureSize {
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
