import type { ProcessKind, ReplicaName } from '@lab/sdk';
import type { ReplicaSet } from './replica-set.ts';

/** Processes of ShelfWise that may boot while experiments go on. */
export interface BootsMeanwhile {
  /** Begins to boot it, and again should that fail. `onDone`: whether it came up. */
  startMeanwhile(name: ReplicaName, onDone: (isUp: boolean) => void): void;
  /** Waits until it does not boot, and until one of its kind is there to take over, should any of them boot. */
  canBeSpared(name: ReplicaName): Promise<void>;
  /** Whether one of this kind runs; decided when one does, or when none boots any more. */
  someRuns(kind: ProcessKind): Promise<boolean>;
  /** Nothing boots any more. @throws what a boot failed with, once, where that was not the code's doing. */
  bootsDone(): Promise<void>;
  start: ReplicaSet['start'];
  stopAll: ReplicaSet['stopAll'];
}

export function bootMeanwhile(set: Pick<ReplicaSet, 'running' | 'start' | 'stopAll'>): BootsMeanwhile {
  const booting = new Map<ReplicaName, Promise<void>>();
  const failures: unknown[] = [];

  const throwFailure = (): void => {
    if (failures.length > 0) throw failures.shift();
  };
  const own = async (name: ReplicaName): Promise<void> => {
    await booting.get(name);
    throwFailure();
  };
  const someRuns = async (kind: ProcessKind, except?: ReplicaName): Promise<boolean> => {
    for (;;) {
      if (set.running().some(({ name }) => name !== except && kindOf(name) === kind)) return true;
      const boots = [...booting].filter(([name]) => kindOf(name) === kind).map(([, boot]) => boot);
      if (boots.length === 0) return false;
      await Promise.race(boots);
      throwFailure();
    }
  };
  return {
    startMeanwhile: (name, onDone) => {
      if (booting.has(name)) return;
      const boot = async (): Promise<void> => {
        try {
          onDone((await set.start(name)) || (await set.start(name)));
        } catch (error) {
          failures.push(error);
        } finally {
          booting.delete(name);
        }
      };
      booting.set(name, boot());
    },
    canBeSpared: async (name) => {
      await own(name);
      await someRuns(kindOf(name), name);
    },
    someRuns: (kind) => someRuns(kind),
    bootsDone: async () => {
      await Promise.all(booting.values());
      throwFailure();
    },
    start: async (name, clockAheadMs) => {
      await own(name);
      return await set.start(name, clockAheadMs);
    },
    stopAll: async () => {
      await Promise.all(booting.values());
      // Whoever runs next has nothing to do with it.
      failures.length = 0;
      await set.stopAll();
    },
  };
}

function kindOf(name: ReplicaName): ProcessKind {
  return name.startsWith('worker-') ? 'worker' : 'api';
}
