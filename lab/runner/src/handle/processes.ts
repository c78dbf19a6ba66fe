import type { Held, ProcessHandle, ReplicaName, TimelineEvent } from '@lab/sdk';
import type { Testbed } from '../testbed/testbed.ts';

interface ProcessOptions {
  readonly testbed: Pick<
    Testbed,
    | 'killReplica'
    | 'startReplica'
    | 'startReplicaMeanwhile'
    | 'canBeSpared'
    | 'someRuns'
    | 'endReplica'
    | 'pauseReplica'
    | 'resumeReplica'
  >;
  onEvent(event: Omit<TimelineEvent, 'atMs'>): void;
}

/** `restore` brings back what an attempt left down or frozen. */
export interface OwnedProcesses extends ProcessHandle {
  restore(): Promise<void>;
}

export function createProcesses({ testbed, onEvent }: ProcessOptions): OwnedProcesses {
  const down = new Set<ReplicaName>();
  const paused = new Set<ReplicaName>();
  const misdated = new Set<ReplicaName>();

  const start: ProcessHandle['start'] = async (replica, { clockAheadMs = 0 } = {}) => {
    const isUp = await testbed.startReplica(replica, clockAheadMs);
    if (isUp) down.delete(replica);
    if (isUp && clockAheadMs !== 0) misdated.add(replica);
    const clock = clockAheadMs === 0 ? {} : { clockAheadMs };
    onEvent({ event: 'fault', name: 'process-down', state: isUp ? 'off' : 'stays', detail: { replica, ...clock } });
    return isUp;
  };
  const kill = async (replica: ReplicaName): Promise<void> => {
    await testbed.canBeSpared(replica);
    paused.delete(replica);
    misdated.delete(replica);
    down.add(replica);
    onEvent({ event: 'fault', name: 'process-down', state: 'on', detail: { replica, by: 'SIGKILL' } });
    await testbed.killReplica(replica);
  };
  const resume = async (replica: ReplicaName): Promise<void> => {
    if (!paused.delete(replica)) return;
    await testbed.resumeReplica(replica);
    onEvent({ event: 'fault', name: 'process-frozen', state: 'off', detail: { replica } });
  };

  return {
    kill,
    start,
    startMeanwhile: (replica) => {
      down.delete(replica);
      testbed.startReplicaMeanwhile(replica, (isUp) => {
        onEvent({ event: 'fault', name: 'process-down', state: isUp ? 'off' : 'stays', detail: { replica } });
      });
    },
    someRuns: testbed.someRuns,
    stop: async (replica, graceMs) => {
      await testbed.canBeSpared(replica);
      misdated.delete(replica);
      down.add(replica);
      onEvent({ event: 'fault', name: 'process-down', state: 'on', detail: { replica, by: 'SIGTERM' } });
      return await testbed.endReplica(replica, graceMs);
    },
    pause: async (replica): Promise<Held> => {
      await testbed.canBeSpared(replica);
      paused.add(replica);
      await testbed.pauseReplica(replica);
      onEvent({ event: 'fault', name: 'process-frozen', state: 'on', detail: { replica } });
      const release = (): Promise<void> => resume(replica);
      return { release, [Symbol.asyncDispose]: release };
    },
    restore: async () => {
      for (const replica of paused) await resume(replica);
      for (const replica of misdated) await kill(replica);
      for (const replica of down) await start(replica);
    },
  };
}
