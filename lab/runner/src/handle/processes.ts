import type { Held, ProcessHandle, ReplicaName, TimelineEvent } from '@lab/sdk';
import type { Testbed } from '../testbed/testbed.ts';

interface ProcessOptions {
  readonly testbed: Pick<Testbed, 'killReplica' | 'startReplica' | 'endReplica' | 'pauseReplica' | 'resumeReplica'>;
  onEvent(event: Omit<TimelineEvent, 'atMs'>): void;
}

/** `restore` brings back what an attempt left down or frozen. */
export interface OwnedProcesses extends ProcessHandle {
  restore(): Promise<void>;
}

export function createProcesses({ testbed, onEvent }: ProcessOptions): OwnedProcesses {
  const down = new Set<ReplicaName>();
  const paused = new Set<ReplicaName>();

  const start = async (replica: ReplicaName): Promise<boolean> => {
    const isUp = await testbed.startReplica(replica);
    if (isUp) down.delete(replica);
    onEvent({ event: 'fault', name: 'process-down', state: isUp ? 'off' : 'stays', detail: { replica } });
    return isUp;
  };
  const resume = async (replica: ReplicaName): Promise<void> => {
    if (!paused.delete(replica)) return;
    await testbed.resumeReplica(replica);
    onEvent({ event: 'fault', name: 'process-frozen', state: 'off', detail: { replica } });
  };

  return {
    kill: async (replica) => {
      paused.delete(replica);
      down.add(replica);
      onEvent({ event: 'fault', name: 'process-down', state: 'on', detail: { replica, by: 'SIGKILL' } });
      await testbed.killReplica(replica);
    },
    start,
    stop: async (replica, graceMs) => {
      down.add(replica);
      onEvent({ event: 'fault', name: 'process-down', state: 'on', detail: { replica, by: 'SIGTERM' } });
      return await testbed.endReplica(replica, graceMs);
    },
    pause: async (replica): Promise<Held> => {
      paused.add(replica);
      await testbed.pauseReplica(replica);
      onEvent({ event: 'fault', name: 'process-frozen', state: 'on', detail: { replica } });
      const release = (): Promise<void> => resume(replica);
      return { release, [Symbol.asyncDispose]: release };
    },
    restore: async () => {
      for (const replica of paused) await resume(replica);
      for (const replica of down) await start(replica);
    },
  };
}
