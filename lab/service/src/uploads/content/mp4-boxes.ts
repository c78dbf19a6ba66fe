/** Reads the boxes of an MP4 as its bytes pass by; what is in them is skipped. */
export interface Mp4Boxes {
  push(chunk: Uint8Array): void;
  /** After the last byte. True for known boxes from the first byte to the last, with the file's type, index and data. */
  isWhole(): boolean;
}

/** A film of an hour in fragments of a second has 7,200. */
const BOXES_MAX = 100_000;
/** Boxes that may stand at the top (ISO/IEC 14496-12). `uuid` is anybody's own, and stays out. */
const BOXES = new Set('ftyp moov mdat free skip wide moof mfra sidx ssix styp emsg prft meta pdin'.split(' '));
const HEAD_BYTES = 8;
const LONG_HEAD_BYTES = 16;

/**
 * Says that the container is one, not that a player can show what is in it: nothing is decoded, and a page in the
 * middle of the data is not found. That is why it leaves the store as an attachment only.
 */
export function createMp4Boxes(): Mp4Boxes {
  const seen = new Set<string>();
  let isBroken = false;
  let count = 0;
  /** Of the box at hand: its head as far as it is there, and the bytes of its content that are still to come. */
  let head = Buffer.alloc(0);
  let left = 0;

  return {
    push(chunk) {
      for (let at = 0; at < chunk.length && !isBroken; ) {
        const skipped = Math.min(left, chunk.length - at);
        left -= skipped;
        at += skipped;
        if (left > 0 || at === chunk.length) continue;
        const wanted = headBytes() - head.length;
        head = Buffer.concat([head, chunk.subarray(at, at + wanted)]);
        at += wanted;
        // The first eight bytes tell whether there are eight more.
        if (head.length === headBytes()) open();
      }
    },
    isWhole() {
      const isAtBorder = left === 0 || left === Number.POSITIVE_INFINITY;
      const isComplete = seen.has('ftyp') && seen.has('moov') && (seen.has('mdat') || seen.has('moof'));
      return !isBroken && isAtBorder && head.length === 0 && isComplete;
    },
  };

  function headBytes(): number {
    return head.length >= HEAD_BYTES && head.readUInt32BE(0) === 1 ? LONG_HEAD_BYTES : HEAD_BYTES;
  }

  function open(): void {
    const type = head.toString('latin1', 4, 8);
    const size = sizeOf(head);
    count += 1;
    isBroken = !BOXES.has(type) || size < head.length || (count === 1) !== (type === 'ftyp') || count > BOXES_MAX;
    // Zero stands for "to the end of the file"; only data are of a length that nobody knew.
    if (size === Number.POSITIVE_INFINITY && type !== 'mdat') isBroken = true;
    seen.add(type);
    left = isBroken ? 0 : size - head.length;
    head = Buffer.alloc(0);
  }
}

function sizeOf(head: Buffer): number {
  const size = head.readUInt32BE(0);
  if (size === 0) return Number.POSITIVE_INFINITY;
  return size === 1 ? Number(head.readBigUInt64BE(8)) : size;
}
