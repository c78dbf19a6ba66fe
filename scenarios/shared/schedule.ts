import type { ExperimentHandle, Random } from '@lab/sdk';

/** Something to be sent at a moment of the run's clock, whether or not what was sent before has been answered. */
export interface Sending {
  readonly atMs: number;
  send(): Promise<unknown>;
}

export interface Sent {
  /** How late the worst of a hundred was: of a machine without time the figures mean little. */
  readonly lateP99Ms: number;
}

/** An open model: everything is sent when it is due. Resolves when all of it was answered. */
export async function sendAll(h: ExperimentHandle, sendings: readonly Sending[]): Promise<Sent> {
  const answers: Promise<unknown>[] = [];
  const lateMs: number[] = [];
  for (const { atMs, send } of sendings.toSorted((a, b) => a.atMs - b.atMs)) {
    const waitMs = atMs - h.clock.nowMs();
    // A timer of less than a millisecond takes one.
    if (waitMs >= 1) await h.clock.sleep(waitMs);
    lateMs.push(Math.max(0, h.clock.nowMs() - atMs));
    answers.push(send());
  }
  await Promise.all(answers);
  const sorted = lateMs.toSorted((a, b) => a - b);
  return { lateP99Ms: Math.round(sorted[Math.floor(sorted.length * 0.99)] ?? 0) };
}

interface Stretch {
  readonly fromMs: number;
  readonly toMs: number;
  readonly perSecond: number;
}

/** Moments at the same distance. */
export function evenly({ fromMs, toMs, perSecond }: Stretch): readonly number[] {
  const gapMs = 1_000 / perSecond;
  return Array.from({ length: Math.floor((toMs - fromMs) / gapMs) }, (_, index) => fromMs + index * gapMs);
}

/**
 * As many, each somewhat early or late, as people are. Any stretch of time has at most one more than at an even pace: a
 * limiter that is right does not mind, and one that rounds what has come back between two of them loses it.
 */
export function unevenly(random: Random, stretch: Stretch): readonly number[] {
  const gapMs = 1_000 / stretch.perSecond;
  return evenly(stretch).map((atMs) => atMs + random.next() * 0.8 * gapMs);
}
