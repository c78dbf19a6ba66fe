import { LabError, UsageError } from '@lab/sdk';
import { faultCatalogue } from './catalogue.ts';
import type { Fault } from './fault.ts';
import { type FaultClock, systemClock } from './fault-clock.ts';
import type { ActiveFault, EndedFault, FaultChange, StartedFault } from './fault-records.ts';
import type { FaultGround } from './ground.ts';
import { type CheckedOrder, checkOrder, type FaultOrder } from './order.ts';
import { createRunningFault, type RunningFault } from './running-fault.ts';

/** The faults that are on in one session. One thing at a time: orders wait for each other. */
export interface ActiveFaults extends Disposable {
  list(): readonly ActiveFault[];
  /**
   * Injects a fault and waits until its effect is seen; one whose effect does not show is undone.
   *
   * @throws UsageError when the order does not fit: nothing has been touched.
   * @throws LabError `E_FAULT_FAILED`, `E_FAULT_NOT_SEEN`: it is not on.
   */
  on(order: FaultOrder): Promise<StartedFault>;
  /** Ends those with this id and target; what is left out stands for any. @throws UsageError when there is none. */
  off(which: {
    readonly id?: string | undefined;
    readonly target?: string | undefined;
  }): Promise<readonly EndedFault[]>;
  /** Ends all, side by side. Never rejects for a fault that stays. */
  endAll(reason: string): Promise<readonly EndedFault[]>;
  /** Runs work that puts a new process in the place of this one: faults that held the old one are over with it. */
  replacing<T>(process: string, work: () => Promise<T>): Promise<T>;
}

export interface ActiveFaultsOptions {
  readonly ground: FaultGround;
  onChange(change: FaultChange): void;
  readonly clock?: FaultClock;
  readonly catalogue?: readonly Fault[];
}

/** Disposing it ends timers and loops and undoes nothing by hand: the parts end, and the faults with them. */
export function createActiveFaults(options: ActiveFaultsOptions): ActiveFaults {
  const { ground, clock = systemClock, catalogue = faultCatalogue } = options;
  const active = new Set<RunningFault>();
  const session = new AbortController();
  let last: Promise<unknown> = Promise.resolve();

  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const result = last.then(work);
    last = result.catch(() => undefined); // Whoever asked for it is told.
    return result;
  };
  const tell = (change: FaultChange): void => {
    if (!session.signal.aborted) options.onChange(change);
  };
  const end = async (running: RunningFault, reason: string): Promise<EndedFault> => {
    try {
      return await running.end(reason);
    } finally {
      if (!running.isInjected()) active.delete(running);
    }
  };
  const begin = async (order: FaultOrder): Promise<StartedFault> => {
    if (session.signal.aborted) throw new LabError('E_SESSION_ENDS', { message: 'The session is ending.' });
    const checked = checkOrder(catalogue, ground, order);
    refuseConflict(checked, active);
    const running = createRunningFault({
      ground,
      order: checked,
      clock,
      signal: session.signal,
      tell,
      // Nobody waits for this one. It rejects only when who listens has failed, not the fault.
      onDue: (fault, reason) => void inTurn(() => end(fault, reason)).catch(() => undefined),
    });
    try {
      return await running.begin();
    } finally {
      // One that failed, and whose undo failed too, is not forgotten.
      if (running.isInjected()) active.add(running);
    }
  };

  return {
    list: () => [...active].map((running) => running.now()),
    on: (order) => inTurn(() => begin(order)),
    off: ({ id, target }) =>
      inTurn(async () => {
        const meant = [...active].filter(
          ({ order }) => (id ?? order.fault.id) === order.fault.id && (target ?? order.target) === order.target,
        );
        if (meant.length === 0) throw noneOn({ id, target }, active);
        return await Promise.all(meant.map((running) => end(running, 'asked to end')));
      }),
    endAll: (reason) => inTurn(() => Promise.all([...active].map((running) => end(running, reason)))),
    replacing: (process, work) =>
      inTurn(async () => {
        try {
          return await work();
        } finally {
          for (const running of active) {
            const { fault, target } = running.order;
            if (fault.endsWithProcess !== true || target !== process) continue;
            running.isOver(`${process} was replaced`);
            active.delete(running);
          }
        }
      }),
    [Symbol.dispose]() {
      session.abort();
      for (const running of active) running.forget();
      active.clear();
    },
  };
}

function refuseConflict(wanted: CheckedOrder, active: ReadonlySet<RunningFault>): void {
  for (const { order } of active) {
    const isShared = wanted.claims.some((claim) =>
      order.claims.some((other) => other.on === claim.on && (other.isAlone || claim.isAlone)),
    );
    if (!isShared) continue;
    throw new UsageError('E_FAULT_CONFLICT', {
      message: `${wanted.fault.id} on ${wanted.target} cannot begin while ${order.fault.id} is on ${order.target}: one would hide or undo the other.`,
      hint: `npx lab fault off ${order.fault.id}`,
    });
  }
}

function noneOn(
  { id, target }: { readonly id: string | undefined; readonly target: string | undefined },
  active: ReadonlySet<RunningFault>,
): UsageError {
  const on = [...active].map(({ order }) => `${order.fault.id} on ${order.target}`).join(', ');
  const where = target === undefined ? '' : ` on ${target}`;
  return new UsageError('E_FAULT_NOT_ON', {
    message: `${id === undefined ? 'No fault is on' : `${id} is not on`}${where}.`,
    ...(on === '' ? {} : { hint: `on are: ${on}` }),
  });
}
