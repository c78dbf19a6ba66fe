import type { EventLog } from '@lab/console';
import type { ActiveFault, FaultChange, FaultGround } from '@lab/faults';
import { UsageError } from '@lab/sdk';
import { z } from 'zod';
import type { Services } from '../services.ts';
import { knownFault } from './known-fault.ts';
import type { SessionReporter } from './reporter.ts';

/** Faults by hand in one session, as the control API and the rest of the session see them. */
export interface SessionFaults extends Disposable {
  active(): readonly ActiveFault[];
  /** What can be disturbed, and what is. */
  document(): unknown;
  /** Begins or ends faults; `change` comes from outside. */
  change(change: unknown): Promise<unknown>;
  /** Before something that needs an undisturbed stack, or the machine. */
  endAll(reason: string): Promise<void>;
  /** Runs work that replaces the process of a replica. */
  replacing<T>(replica: string, work: () => Promise<T>): Promise<T>;
}

export interface SessionFaultsOptions {
  readonly faults: Awaited<ReturnType<Services['faults']>>;
  readonly ground: FaultGround;
  readonly scenario: string;
  /** A grade has the machine to itself. */
  isPaused(): boolean;
  readonly events: () => EventLog | null;
  readonly reporter: Pick<SessionReporter, 'say' | 'warn'>;
  /** Processes may be others now. */
  onProcesses(): void;
}

const name = z.string().min(1).max(100);
const changeSchema = z.discriminatedUnion('action', [
  z.strictObject({
    action: z.literal('on'),
    id: name,
    target: name.optional(),
    set: z.record(name, z.string().max(200)).optional(),
    forMs: z.int().optional(),
  }),
  z.strictObject({ action: z.literal('off'), id: name.optional(), target: name.optional() }),
]);

export function createSessionFaults(options: SessionFaultsOptions): SessionFaults {
  const { faults, ground, reporter, scenario } = options;
  const active = faults.createActiveFaults({
    ground,
    onChange: (change) => {
      options.events()?.append('fault', eventOf(change));
      tell(reporter, change);
      options.onProcesses();
    },
  });
  const change = async (given: unknown): Promise<unknown> => {
    const parsed = changeSchema.safeParse(given);
    if (!parsed.success) {
      throw new UsageError('E_BODY', { message: `The change does not fit: ${z.prettifyError(parsed.error)}.` });
    }
    const { action, ...order } = parsed.data;
    if (order.id !== undefined) knownFault(faults.faultCatalogue, order.id);
    if (action === 'off') return { ended: await active.off(order) };
    if (options.isPaused()) {
      throw new UsageError('E_PAUSED', {
        message: 'A grade is measuring: a fault would disturb it.',
        hint: 'wait until it is done',
      });
    }
    return { started: await active.on({ ...parsed.data }) };
  };
  return {
    active: () => active.list(),
    document: () => ({ scenario, faults: faults.describeFaults({ ground }), active: active.list() }),
    // Also after one that failed half-way.
    change: (given) => change(given).finally(options.onProcesses),
    endAll: async (reason) => {
      await active.endAll(reason);
    },
    replacing: (replica, work) => active.replacing(replica, work),
    [Symbol.dispose]: () => active[Symbol.dispose](),
  };
}

/** As the evidence of a run has it: `detail` holds what was asked for. */
function eventOf({ id, target, parameters, state, measured, reason }: FaultChange): Record<string, unknown> {
  return { name: id, state, detail: { target, ...parameters }, measured, ...(reason === undefined ? {} : { reason }) };
}

function tell(reporter: SessionFaultsOptions['reporter'], { id, target, ...change }: FaultChange): void {
  const { state, measured, reason } = change;
  const what = `Fault ${id} on ${target}`;
  if (state === 'on') reporter.say(`${what} is on: ${measured}.`);
  else if (state === 'off') reporter.say(`${what} is over (${reason}): ${measured}.`);
  else if (state === 'failed') reporter.warn(`${what} had no effect and was undone: ${measured}.`);
  else reporter.warn(`${what} should be over (${reason}) and is not: ${measured}. It is tried again.`);
}
