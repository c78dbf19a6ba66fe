import type { StartedProxy, ToxicEnd } from '@lab/runtime';
import {
  type DependencyName,
  type Held,
  LabError,
  type LinkHandle,
  type ReplicaName,
  type TimelineEvent,
} from '@lab/sdk';

interface LinkOptions {
  proxyOf(replica: ReplicaName, dependency: DependencyName): StartedProxy | undefined;
  onEvent(event: Omit<TimelineEvent, 'atMs'>): void;
  /** Called when a disturbance of these replicas' links is over. `renewed`: what was on its way is lost. */
  onReleased(replicas: readonly ReplicaName[], how: ToxicEnd): void;
}

interface Disturbance {
  readonly name: string;
  readonly replicas: readonly ReplicaName[];
  readonly detail: Readonly<Record<string, string | number>>;
}

/** Faults on the links; `releaseAll` undoes what an experiment left behind. */
export interface OwnedLinks extends LinkHandle {
  releaseAll(): Promise<void>;
}

export function createLinks(options: LinkOptions): OwnedLinks {
  const active = new Set<Held>();

  const proxy = (replica: ReplicaName, dependency: DependencyName): StartedProxy => {
    const found = options.proxyOf(replica, dependency);
    if (found === undefined) {
      throw new LabError('E_NO_PROXY', { message: `There is no proxy between ${replica} and ${dependency}.` });
    }
    return found;
  };

  const own = ({ name, replicas, detail }: Disturbance, undos: readonly (() => Promise<unknown>)[]): Held => {
    options.onEvent({ event: 'fault', name, state: 'on', detail });
    let released: Promise<void> | undefined;
    const release = (): Promise<void> => {
      released ??= Promise.all(undos.map((undo) => undo())).then((ends) => {
        active.delete(held);
        const isRenewed = ends.includes('renewed');
        options.onReleased(replicas, isRenewed ? 'renewed' : 'removed');
        const how = isRenewed ? { how: 'the link was made anew' } : {};
        options.onEvent({ event: 'fault', name, state: 'off', detail: { ...detail, ...how } });
      });
      return released;
    };
    const held: Held = { release, [Symbol.asyncDispose]: release };
    active.add(held);
    return held;
  };

  return {
    hold: async (replica, dependency, what = 'requests') => {
      const undo = await proxy(replica, dependency).hold(what === 'requests' ? 'upstream' : 'downstream');
      return own({ name: 'link-held', replicas: [replica], detail: { replica, dependency, what } }, [undo]);
    },
    cut: async (replicas, dependency) => {
      const undos = await Promise.all(replicas.map((replica) => proxy(replica, dependency).cut()));
      return own({ name: 'link-cut', replicas, detail: { replicas: replicas.join(','), dependency } }, undos);
    },
    delay: async (replicas, dependency, amount) => {
      const undos = await Promise.all(replicas.map((replica) => proxy(replica, dependency).delay(amount)));
      return own(
        { name: 'link-slow', replicas, detail: { replicas: replicas.join(','), dependency, ...amount } },
        undos,
      );
    },
    limit: async (replicas, dependency, { bytes }) => {
      const limited = replicas.map((replica) => proxy(replica, dependency));
      const undos = await Promise.all(
        limited.flatMap((one) => [one.limit('upstream', bytes), one.limit('downstream', bytes)]),
      );
      const detail = { replicas: replicas.join(','), dependency, bytes };
      return own({ name: 'link-limited', replicas, detail }, undos);
    },
    silence: async (replicas, dependency, answers = 'never') => {
      const silenced = replicas.map((replica) => proxy(replica, dependency));
      const lateByMs = answers === 'never' ? null : answers.lateByMs;
      await Promise.all(
        silenced.map((one) => (lateByMs === null ? one.hold() : one.delay({ latencyMs: lateByMs, jitterMs: 0 }))),
      );
      // Taking a toxic from a connection whose client has hung up can hang; nobody waits for what was on its way.
      const undos = silenced.map((one) => () => one.renew());
      const detail = { replicas: replicas.join(','), dependency, answers: lateByMs === null ? 'never' : 'late' };
      return own({ name: 'link-silent', replicas, detail }, undos);
    },
    releaseAll: async () => {
      await Promise.all([...active].map((held) => held.release()));
    },
  };
}
