// How Linux shows what runs, read without the lab's own eyes: those are on trial.

/** Names one process for good: its id is given out again, its start time is not. */
export interface Identity {
  readonly pid: number;
  /** Ticks since boot. */
  readonly startTime: string;
}

export interface ProcessStat extends Identity {
  readonly parent: number;
  /** Of its program, or what the program calls itself. */
  readonly name: string;
  /** One letter; `Z` and `X` are dead. */
  readonly state: string;
}

/** A socket that listens for TCP. */
export interface Listener {
  readonly port: number;
  /** Of the socket: another one on the same port has another. */
  readonly inode: string;
}

/** A System V shared memory segment. */
export interface Segment {
  readonly id: string;
  /** Process id of its creator. */
  readonly creator: number;
}

export function idOf({ pid, startTime }: Identity): string {
  return `${pid}/${startTime}`;
}

/** Reads `/proc/<pid>/stat`. The name of the command may hold spaces and parentheses: fields count from the last one. */
export function parseStat(text: string): ProcessStat | null {
  const pid = Number.parseInt(text, 10);
  const [open, close] = [text.indexOf('('), text.lastIndexOf(')')];
  const fields = text.slice(close + 2).split(' ');
  const [state, parent] = fields;
  const startTime = fields[19];
  if (!Number.isInteger(pid) || state === undefined || parent === undefined || startTime === undefined) return null;
  return { pid, startTime, parent: Number(parent), name: text.slice(open + 1, close), state };
}

/** Reads `/proc/net/tcp` or `/proc/net/tcp6`. */
export function parseListeners(text: string): Listener[] {
  return rowsOf(text).flatMap((fields) => {
    const [, local = '', , state] = fields;
    const inode = fields[9];
    const port = Number.parseInt(local.split(':').at(-1) ?? '', 16);
    return state === '0A' && inode !== undefined && Number.isInteger(port) ? [{ port, inode }] : [];
  });
}

/** Reads `/proc/sysvipc/shm`. */
export function parseSegments(text: string): Segment[] {
  return rowsOf(text).flatMap(([, id, , , creator]) =>
    id !== undefined && creator !== undefined ? [{ id, creator: Number(creator) }] : [],
  );
}

/** PSS in a `smaps_rollup`, in KiB: memory that processes share is divided among them. */
export function parsePssKib(text: string): number {
  return Number(/^Pss:\s+(\d+) kB$/m.exec(text)?.[1] ?? 0);
}

/** Fields of each line after the heading. */
function rowsOf(text: string): string[][] {
  const lines = text.trim().split('\n').slice(1);
  return lines.map((line) => line.trim().split(/\s+/));
}
