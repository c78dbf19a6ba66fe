/** A listening socket in `/proc/net/tcp`. */
export interface Listening {
  readonly port: number;
  readonly inode: string;
}

const listenState = '0A';

/** Reads `/proc/net/tcp` or `/proc/net/tcp6`: the sockets that listen. */
export function parseListening(text: string): Listening[] {
  return text.split('\n').flatMap((line) => {
    const [, local = '', , state, , , , , , inode] = line.trim().split(/\s+/);
    if (state !== listenState || inode === undefined) return [];
    return [{ port: Number.parseInt(local.slice(local.lastIndexOf(':') + 1), 16), inode }];
  });
}

/** A System V shared memory segment in `/proc/sysvipc/shm`. */
export interface Segment {
  readonly id: string;
  readonly creator: number;
}

export function parseSegments(text: string): Segment[] {
  const [, ...lines] = text.trim().split('\n');
  return lines.flatMap((line) => {
    const fields = line.trim().split(/\s+/);
    const [id, creator] = [fields[1], fields[4]];
    return id === undefined || creator === undefined ? [] : [{ id, creator: Number(creator) }];
  });
}

/** PSS in a `smaps_rollup`, in KiB: memory that processes share is divided among them. */
export function parsePssKib(text: string): number {
  return Number(/^Pss:\s+(\d+) kB$/m.exec(text)?.[1] ?? 0);
}
