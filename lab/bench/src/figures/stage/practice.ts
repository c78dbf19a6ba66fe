import { setTimeout as delay } from 'node:timers/promises';
import { readSession, readStatus, type SessionRecord } from '@lab/console';
import { LabError } from '@lab/sdk';
import { z } from 'zod';
import { documentOf, type LabPlace, runLab } from './lab-command.ts';

const startSchema = z.object({
  run: z.string(),
  labPid: z.number(),
  workspace: z.string(),
  firstRequestMs: z.number().nullable(),
  problem: z.string().nullable(),
});

const statusSchema = z.object({
  replicas: z.array(
    z.object({ name: z.string(), up: z.boolean(), pid: z.number().nullable(), url: z.string().nullable() }),
  ),
});

export type PracticeStatus = z.infer<typeof statusSchema>;

/** A practice session that stands. Disposing it stops it; twice is harmless. */
export interface Practice extends AsyncDisposable {
  readonly info: z.infer<typeof startSchema>;
  readonly record: SessionRecord;
  /** From the command to the word that the first loaded request was answered. */
  readonly startMs: number;
  status(): Promise<PracticeStatus>;
}

const startLimitMs = 120_000;
const stopLimitMs = 20_000;
const askLimitMs = 5_000;

export function startCommand(scenario: string): string {
  return `npx lab start ${scenario} --detach --no-input --json`;
}

/** `lab start --detach`. @throws LabError `E_BENCH_COMMAND`, `E_BENCH_SESSION`. */
export async function startPractice(place: LabPlace, scenario: string, signal: AbortSignal): Promise<Practice> {
  const args = ['start', scenario, '--detach', '--no-input', '--json'];
  const result = await runLab(place, args, { signal, limitMs: startLimitMs });
  const stop = async (): Promise<void> => {
    // With a signal of its own: an interrupted bench has to clean up all the same.
    const options = { signal: new AbortController().signal, limitMs: stopLimitMs };
    documentOf('npx lab stop', await runLab(place, ['stop', '--json'], options));
  };
  try {
    const info = startSchema.parse(documentOf(startCommand(scenario), result));
    const session = readSession(place.labDir);
    if (session.kind !== 'running' || result.firstWordMs === null || info.firstRequestMs === null) {
      const why = info.problem ?? 'its first request was not answered';
      throw new LabError('E_BENCH_SESSION', { message: `The session of ${scenario} does not stand: ${why}.` });
    }
    const { record } = session;
    return {
      info,
      record,
      startMs: result.firstWordMs,
      status: () => statusOf(record, signal),
      [Symbol.asyncDispose]: stop,
    };
  } catch (error) {
    // What failed first tells more than what failed while cleaning up.
    await stop().catch(() => undefined);
    throw error;
  }
}

/** A session that is busy is asked again, for a while. */
async function statusOf(record: SessionRecord, signal: AbortSignal): Promise<PracticeStatus> {
  const giveUpAt = performance.now() + askLimitMs;
  for (;;) {
    const answer = await readStatus(record);
    if (answer !== null) return statusSchema.parse(answer);
    if (performance.now() > giveUpAt) {
      throw new LabError('E_BENCH_SESSION', { message: `The session did not say how it is within ${askLimitMs} ms.` });
    }
    await delay(50, undefined, { signal });
  }
}
