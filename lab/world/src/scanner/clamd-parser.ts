/** What a caller of clamd says, as it comes in. `end` is how its replies end: as its command did. */
export type ClamdEvent =
  | { readonly kind: 'command'; readonly name: string; readonly end: '\0' | '\n' }
  /** A piece of the stream after INSTREAM; chunks may come in several pieces. */
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | { readonly kind: 'end-of-stream' }
  | { readonly kind: 'unreadable' };

const commandBytesMax = 100;
const lengthBytes = 4;

/**
 * Reads one connection: commands that begin with `z` and end with NUL, or begin with `n` and end with a line feed, or
 * are bare lines; after INSTREAM chunks, each behind its length in four bytes, until one of length zero.
 */
export function createClamdParser() {
  let buffer = Buffer.alloc(0);
  let state: 'command' | 'length' | 'bytes' | 'over' = 'command';
  let left = 0;

  return {
    push(data: Uint8Array): ClamdEvent[] {
      buffer = Buffer.concat([buffer, data]);
      const events: ClamdEvent[] = [];
      for (let event = next(); event; event = next()) events.push(event);
      return events;
    },
  };

  function next(): ClamdEvent | null {
    if (state === 'command') return command();
    if (state === 'over' || buffer.length === 0) return null;
    if (state === 'bytes') return piece();
    if (buffer.length < lengthBytes) return null;
    left = buffer.readUInt32BE(0);
    buffer = buffer.subarray(lengthBytes);
    state = left === 0 ? 'over' : 'bytes';
    return left === 0 ? { kind: 'end-of-stream' } : next();
  }

  function piece(): ClamdEvent {
    const bytes = buffer.subarray(0, left);
    buffer = buffer.subarray(bytes.length);
    left -= bytes.length;
    if (left === 0) state = 'length';
    return { kind: 'bytes', bytes };
  }

  function command(): ClamdEvent | null {
    const end = buffer[0] === 0x7a ? '\0' : '\n';
    const length = buffer.indexOf(end);
    if (length < 0 && buffer.length <= commandBytesMax) return null;
    const text = buffer.toString('latin1', 0, Math.max(0, length));
    buffer = buffer.subarray(length + 1);
    const name = text.replace(/^[zn]/, '').trim();
    state = name === 'INSTREAM' ? 'length' : 'over';
    return length < 0 || length > commandBytesMax ? { kind: 'unreadable' } : { kind: 'command', name, end };
  }
}
