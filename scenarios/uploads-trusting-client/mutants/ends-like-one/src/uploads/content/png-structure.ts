import type { ByteSource } from './byte-source.ts';
import { holdsMarkup } from './metadata-markup.ts';

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
/** Length 0, its name, and the checksum of that: the same twelve bytes in every PNG. */
const IEND = Buffer.from([0, 0, 0, 0, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82]);
const TEXT = /^(?:tEXt|iTXt|zTXt|eXIf|iCCP)$/;
const FRAME_BYTES = 12;

/** A PNG begins with its signature and ends with its end, so nothing stands behind it; and no text before it is a page. */
export function isWholePng(source: ByteSource): boolean {
  if (!source.read(0, SIGNATURE.length).equals(SIGNATURE)) return false;
  if (!source.read(source.size - IEND.length, IEND.length).equals(IEND)) return false;
  for (let offset = SIGNATURE.length; offset + FRAME_BYTES <= source.size; ) {
    const head = source.read(offset, 8);
    const [length, type] = [head.readUInt32BE(0), head.toString('latin1', 4)];
    if (type === 'IEND') return true;
    if (TEXT.test(type) && holdsMarkup(source.read(offset + 8, length))) return false;
    offset += FRAME_BYTES + length;
  }
  return false;
}
