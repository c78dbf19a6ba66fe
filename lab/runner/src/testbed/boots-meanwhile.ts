import type { ReplicaName } from '@lab/sdk';
import type { ReplicaSet } from './replica-set.ts';

/** Processes of ShelfWise that may boot while experiments go on. */
export interface BootsMeanwhile {
  /** Begins to boot it, and again should that fail. `onDone`: whether it came up. */
  startMeanwhile(name: ReplicaName, onDone: (isUp: boolean) => void): void;
  /** Waits until it does not boot, and until one of its kind is there to take over, should any of them boot. */
  canBeSpared(name: ReplicaName): Promise<void>;
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
  const canBeSpared = async (name: ReplicaName): Promise<void> => {
    await own(name);
    for (;;) {
      const ofItsKind = [...booting].filter(([other]) => kindOf(other) === kindOf(name)).map(([, boot]) => boot);
      const helpers = set.running().filter((other) => other.name !== name && kindOf(other.name) === kindOf(name));
      if (ofItsKind.length === 0 || helpers.length > 0) return;
      await Promise.race(ofItsKind);
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
    canBeSpared,
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

function kindOf(name: ReplicaName): string {
  return name.replace(/-\d+$/, '');
}
