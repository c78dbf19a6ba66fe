import { setTimeout as sleep } from 'node:timers/promises';
import { LabError } from '@lab/sdk';
import type { ProcessInfo } from './process-table.ts';
import { signalGroup, signalProcess } from './send-signal.ts';

const STOPPED_WITHIN_MS = 2000;

/** Holds everything that a part has started, and lets it go on. */
export interface PauseControl {
  /**
   * SIGSTOP: nothing of the part runs, its ports and connections stay open. Resolves when all of it stands
   * still, or when it was resumed meanwhile. Throws E_PART_ENDED when it is gone, E_PAUSE_INCOMPLETE when
   * something of it runs on.
   */
  pause(): Promise<void>;
  /** SIGCONT. Harmless when the part is not paused, or gone. */
  resume(): Promise<void>;
}

export interface PauseTarget {
  readonly part: string;
  readonly group: number;
  /** The part's live processes, those that left the group too. Without the group's leader it has ended. */
  find(): readonly ProcessInfo[];
  /** How long it may take to stand still; default 2,000. */
  readonly limitMs?: number;
}

export function createPauseControl(target: PauseTarget): PauseControl {
  const { part, group, limitMs = STOPPED_WITHIN_MS } = target;
  let wantsPause = false;
  let wasPaused = false;
  const resume = async (): Promise<void> => {
    wantsPause = false;
    signalGroup(group, 'SIGCONT');
    if (!wasPaused) return;
    wasPaused = false;
    // All of them: one that has not acted on its SIGSTOP yet is not counted as stopped.
    for (const info of target.find()) signalProcess(info.pid, 'SIGCONT');
  };
  const pause = async (): Promise<void> => {
    wantsPause = true;
    wasPaused = true;
    const giveUpAt = Date.now() + limitMs;
    const asked = new Set<number>();
    while (wantsPause) {
      const found = target.find();
      if (!found.some((info) => info.pid === group)) throw partEnded(part);
      // The group at once, so that its members see each other run as little as can be.
      signalGroup(group, 'SIGSTOP');
      const running = found.filter((info) => !standsStill(info, asked));
      if (running.length === 0) return;
      for (const info of running) signalProcess(info.pid, 'SIGSTOP');
      for (const info of running) asked.add(info.pid);
      if (Date.now() > giveUpAt) {
        await resume();
        throw pauseIncomplete(part, running, limitMs);
      }
      await sleep(1);
    }
  };
  return { pause, resume };
}

/**
 * One inside the kernel stops before it runs again, and may be there for as long as the pause lasts: it
 * started a program by vfork, and that was stopped first.
 */
function standsStill(info: ProcessInfo, asked: ReadonlySet<number>): boolean {
  return info.state === 'T' || (/[DU]/.test(info.state) && asked.has(info.pid));
}

function partEnded(part: string): LabError {
  return new LabError('E_PART_ENDED', {
    message: `${part} has ended: there is nothing to pause.`,
    hint: `npx lab logs ${part}`,
  });
}

function pauseIncomplete(part: string, running: readonly ProcessInfo[], limitMs: number): LabError {
  const pids = running.map((info) => info.pid).join(',');
  return new LabError('E_PAUSE_INCOMPLETE', {
    message: `Processes of ${part} run on ${limitMs} ms after SIGSTOP: ${pids}.`,
    hint: `ps -o pid,stat,wchan,args -p ${pids}`,
  });
}
