import { type FSWatcher, watch } from 'node:fs';
import { changedPaths, type FileSignatures, readSignatures } from './file-signatures.ts';

export interface WatchFilesOptions {
  readonly dir: string;
  /** The files as they were when their use began: what has changed since is told too. */
  readonly known: FileSignatures;
  /** Called with relative paths when files have changed and then rested for `restMs`. */
  readonly onChange: (paths: readonly string[]) => void;
  readonly restMs?: number;
  /** How often to look without having been told. */
  readonly pollMs?: number;
}

const restMsDefault = 80;
const pollMsDefault = 1_000;

/**
 * Watches a folder of source files. The system's notices only say when to look: what has changed is
 * found by comparing the files themselves, so that it does not matter whether an editor writes,
 * renames, or deletes and creates, nor whether a notice was lost.
 */
export function watchFiles(options: WatchFilesOptions): Disposable {
  const { dir, restMs = restMsDefault, pollMs = pollMsDefault } = options;
  let reported = options.known;
  let seen = reported;
  let timer: NodeJS.Timeout | null = null;
  let looking = false;
  let closed = false;

  const look = async (): Promise<void> => {
    timer = null;
    if (looking || closed) return;
    looking = true;
    const now: FileSignatures = await readSignatures(dir);
    looking = false;
    if (closed) return;
    const rested = changedPaths(seen, now).length === 0;
    seen = now;
    if (!rested) return lookIn(restMs / 2);
    const paths = changedPaths(reported, now);
    reported = now;
    if (paths.length > 0) options.onChange(paths);
  };
  const lookIn = (ms: number): void => {
    if (closed) return;
    if (timer !== null) clearTimeout(timer);
    timer = setTimeout(() => void look(), ms);
  };

  const notices = keepWatching(dir, () => lookIn(restMs / 2));
  lookIn(0);
  const poll = setInterval(() => {
    notices.renew();
    if (timer === null) void look();
  }, pollMs);
  return {
    [Symbol.dispose]() {
      closed = true;
      clearInterval(poll);
      if (timer !== null) clearTimeout(timer);
      notices.close();
    },
  };
}

/** The system's notices; a watcher that failed, as when its folder was replaced, is made anew by `renew`. */
function keepWatching(dir: string, onNotice: () => void): { renew(): void; close(): void } {
  let watcher: FSWatcher | null = null;
  const drop = (): void => {
    watcher?.close();
    watcher = null;
  };
  const renew = (): void => {
    if (watcher !== null) return;
    try {
      watcher = watch(dir, { recursive: true, persistent: true }, (_event, name) => {
        if (name === null || !/(^|[\\/])(\.git|node_modules)([\\/]|$)/.test(name)) onNotice();
      });
      watcher.on('error', drop);
    } catch {
      // No folder, or no notices left on this system: the poll sees to it.
      drop();
    }
  };
  renew();
  return { renew, close: drop };
}
