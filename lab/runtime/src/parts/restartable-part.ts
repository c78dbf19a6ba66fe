import { LabError } from '@lab/sdk';
import type { Supervised } from '../supervision/spawn-part.ts';
import type { StartedPart } from './started-part.ts';

/** A part that can be ended and booted again in its old place. `pid`, `exited` and `tail` are of the newest process. */
export interface RestartablePart extends StartedPart {
  /**
   * Kills what still runs of it (SIGKILL), waits until nothing of it is left, and boots it again on the same port
   * from the same folder. Resolves when it is ready. After `stop` it is gone for good: E_PART_ENDED.
   */
  restart(): Promise<void>;
  /** The same, but what it had stored is removed in between. */
  restartEmpty(): Promise<void>;
}

interface RestartSpec {
  readonly first: Supervised;
  /** Boots it again; resolves when it is ready. */
  boot(): Promise<Supervised>;
  /** Removes what it has stored, while it does not run. */
  empty(): Promise<void>;
  /** Removes its folder, once it has stopped. */
  remove(): Promise<void>;
}

/** One thing at a time: whoever stops or kills a part that is being booted means the process that comes of it. */
export function createRestartable(spec: RestartSpec): RestartablePart {
  let child = spec.first;
  let hasStopped = false;
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const result = last.then(work);
    last = result.catch(() => {}); // Whoever asked for it is told.
    return result;
  };
  const restart = async (between?: () => Promise<void>): Promise<void> => {
    if (hasStopped) throw hasEnded(child.part);
    await child.kill();
    await between?.();
    child = await spec.boot();
  };
  const stop = async () => {
    hasStopped = true;
    const exit = await child.stop();
    await spec.remove();
    return exit;
  };
  return {
    part: child.part,
    get pid() {
      return child.pid;
    },
    get exited() {
      return child.exited;
    },
    tail: () => child.tail(),
    pause: () => child.pause(),
    resume: () => child.resume(),
    kill: () => inTurn(() => child.kill()),
    stop: () => inTurn(stop),
    restart: () => inTurn(() => restart()),
    restartEmpty: () => inTurn(() => restart(spec.empty)),
    async [Symbol.asyncDispose]() {
      await inTurn(stop);
    },
  };
}

function hasEnded(part: string): LabError {
  const message = `${part} was stopped and its folder removed: there is nothing to start again.`;
  return new LabError('E_PART_ENDED', { message });
}
