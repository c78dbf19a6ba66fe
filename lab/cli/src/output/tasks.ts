import { seconds } from './figures.ts';
import type { Output } from './output.ts';

/** Steps one after the other: each is a line that turns into a tick with its seconds. */
export interface Tasks {
  begin(label: string): void;
  /** What the step is busy with, as a share of a download. */
  note(text: string): void;
  done(note?: string): void;
  failed(): void;
}

const labelWidth = 44;
// A step that takes longer than this names itself where lines cannot be rewritten.
const announceAfterMs = 2_000;
// A build of minutes must not look like a hang.
const noteEveryMs = 10_000;

interface Running {
  readonly label: string;
  readonly startedMs: number;
  readonly announce: NodeJS.Timeout | null;
}

export function createTasks(output: Output, nowMs: () => number = () => performance.now()): Tasks {
  const { paintProgress: paint } = output;
  let running: Running | null = null;
  let notedMs = Number.NEGATIVE_INFINITY;

  const finish = (mark: string, note: string): void => {
    if (running === null) return;
    if (running.announce !== null) clearTimeout(running.announce);
    const took = seconds(nowMs() - running.startedMs).padStart(7);
    const line = `${mark} ${running.label.padEnd(labelWidth)}${took}${note === '' ? '' : `  ${paint.dim(note)}`}`;
    running = null;
    if (output.rewrites) output.raw(`\r\u001b[2K${line}\n`);
    else output.say(line);
  };

  return {
    begin(label) {
      finish(paint.green('✓'), '');
      const announce = output.rewrites ? null : setTimeout(() => output.say(`· ${label} …`), announceAfterMs);
      announce?.unref();
      running = { label, startedMs: nowMs(), announce };
      if (output.rewrites) output.raw(`\r\u001b[2K· ${label}`);
    },
    note(text) {
      if (running === null) return;
      if (output.rewrites) output.raw(`\r\u001b[2K· ${running.label}  ${paint.dim(text)}`);
      else if (nowMs() - notedMs >= noteEveryMs && nowMs() - running.startedMs >= noteEveryMs) {
        notedMs = nowMs();
        output.say(`  ${text}`);
      }
    },
    done: (note = '') => finish(paint.green('✓'), note),
    failed: () => finish(paint.red('✗'), ''),
  };
}
