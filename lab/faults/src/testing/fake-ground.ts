import type { DependencyName, ReplicaName } from '@lab/sdk';
import type { FaultGround } from '../ground.ts';

const nowhere = { host: '127.0.0.1', port: 1 };
const idle = async (): Promise<void> => undefined;

/** A stack in which nothing runs: it has names and parts, and lets everything be done to it. */
export function fakeGround(
  dependencies: readonly (DependencyName | 'receiver')[] = ['postgres', 'redis-cache', 'redis-queue', 'payment'],
  names: readonly ReplicaName[] = ['api-1', 'api-2', 'worker-1'],
): FaultGround {
  const has = (dependency: string): boolean => dependencies.some((name) => name === dependency);
  return {
    run: '20260101-000000-0000',
    names,
    replicas: names.map((name) => ({ name, internalUrl: 'http://127.0.0.1:1', pid: 1 })),
    parts: [...dependencies, 'toxiproxy'].map((part) => ({ part, pid: 1, ...nowhere })),
    world: has('payment')
      ? { setBehaviours: idle, hold: () => Promise.reject(new Error('this provider holds nothing')) }
      : null,
    scanner: has('scanner') ? { control: { setBehaviours: idle } } : null,
    receiver: has('receiver') ? { control: { setBehaviours: idle } } : null,
    adminUrl: () => 'postgres://lab:secret@127.0.0.1:1/shop',
    roleOf: (replica) => replica.replace('-', '_'),
    storeUrl: (store) => (has(store) ? 'redis://:secret@127.0.0.1:1' : null),
    paymentDoor: () => (has('payment') ? nowhere : null),
    scannerDoor: () => (has('scanner') ? nowhere : null),
    receiverDoor: has('receiver') ? nowhere : null,
    proxyOf: (replica, dependency) =>
      has(dependency)
        ? { name: `${replica}-${dependency}`, ...nowhere, cut: async () => idle, renew: idle }
        : undefined,
    controlOf: (part) => {
      if (!has(part)) return null;
      const control = { pause: idle, resume: idle };
      return part.startsWith('redis') || part === 's3'
        ? { ...control, restarts: { kill: idle, restart: idle, restartEmpty: idle } }
        : control;
    },
    killReplica: idle,
    startReplica: async () => true,
    pauseReplica: idle,
    resumeReplica: idle,
    spawnHelper: () => Promise.reject(new Error('nothing is started here')),
  };
}
