/** One event of a stream as it was sent; what it says is still text. */
export interface StreamedEvent {
  readonly id: string | null;
  readonly event: string;
  readonly data: string;
}

export interface EventParser {
  /** Takes in text as it arrives, cut anywhere. Returns the events that are whole now. */
  take(text: string): readonly StreamedEvent[];
}

/** More than any event is long: without an end to it, memory would have none. */
const charactersMax = 1024 * 1024;

/** Server-sent events by the rules of the HTML standard, but `retry`: the reader has its own waits. */
export function createEventParser(): EventParser {
  let rest = '';
  let id: string | null = null;
  let event = '';
  let data: string[] = [];
  const takeLine = (line: string): StreamedEvent | null => {
    if (line === '') {
      const whole = data.length === 0 ? null : { id, event: event === '' ? 'message' : event, data: data.join('\n') };
      id = null;
      event = '';
      data = [];
      return whole;
    }
    const at = line.indexOf(':');
    const field = at === -1 ? line : line.slice(0, at);
    const value = at === -1 ? '' : line.slice(at + 1).replace(/^ /, '');
    if (field === 'id') id = value;
    else if (field === 'event') event = value;
    else if (field === 'data') data.push(value);
    return null;
  };
  return {
    take(text) {
      rest += text;
      // A carriage return at the very end may be the first half of a line's end.
      const ready = rest.endsWith('\r') ? rest.slice(0, -1) : rest;
      const lines = ready.split(/\r\n|\r|\n/);
      rest = (lines.pop() ?? '') + rest.slice(ready.length);
      if (rest.length > charactersMax) throw new Error('The stream sends a line without an end.');
      return lines.flatMap((line) => takeLine(line) ?? []);
    },
  };
}
