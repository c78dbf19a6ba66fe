import type { ReplicaName } from '@lab/sdk';

const withinMs = 2_000;

interface MetricsOptions {
  readonly replicas: readonly { readonly name: ReplicaName; readonly internalUrl: string }[];
  readonly replica: ReplicaName;
  readonly signal: AbortSignal;
}

/** What the replica's internal port says at /metrics; null when it does not run, or not answer in time. */
export async function readMetrics({ replicas, replica, signal }: MetricsOptions): Promise<string | null> {
  const running = replicas.find(({ name }) => name === replica);
  if (running === undefined) return null;
  const limit = AbortSignal.any([signal, AbortSignal.timeout(withinMs)]);
  try {
    const answer = await fetch(new URL('/metrics', running.internalUrl), { signal: limit });
    const text = await answer.text();
    return answer.ok ? text : null;
  } catch (error) {
    if (signal.aborted) throw error;
    return null;
  }
}
