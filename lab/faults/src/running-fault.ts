import { LabError, UsageError } from '@lab/sdk';
import type { Effect, Injected } from './fault.ts';
import type { FaultClock } from './fault-clock.ts';
import type { ActiveFault, EndedFault, FaultChange, StartedFault } from './fault-records.ts';
import type { FaultGround } from './ground.ts';
import type { CheckedOrder } from './order.ts';

export interface RunningFaultOptions {
  readonly ground: FaultGround;
  readonly order: CheckedOrder;
  readonly clock: FaultClock;
  /** The session's. */
  readonly signal: AbortSignal;
  tell(change: FaultChange): void;
  /** Its time is over, or it should be tried again. */
  onDue(running: RunningFault, reason: string): void;
}

/** One fault from its injection to its end. */
export interface RunningFault {
  readonly order: CheckedOrder;
  /** @throws LabError when it could not be injected, or had no effect: then it was undone. */
  begin(): Promise<StartedFault>;
  /** There is something to undo. */
  isInjected(): boolean;
  now(): ActiveFault;
  /** Undoes it and looks whether its effect is gone. Never rejects. */
  end(reason: string): Promise<EndedFault>;
  /** It ended without an undo. */
  isOver(reason: string): void;
  /** Ends its timer. */
  forget(): void;
}

/** An effect that takes longer to show, or to go, was not there. */
const settleMs = 3_000;
const pollMs = 40;
const againMs = 5_000;

export function createRunningFault(options: RunningFaultOptions): RunningFault {
  const { order, clock, tell } = options;
  const { fault, target, parameters, lastsMs } = order;
  const facts = { id: fault.id, target, parameters };
  let injected: Injected | null = null;
  let effect: Effect = { seen: false, measured: '' };
  let endsAtMs = 0;
  let stays = false;
  let callOff = (): void => undefined;

  const due = (ms: number, reason: string): void => {
    callOff();
    if (options.signal.aborted) return;
    callOff = clock.after(ms, () => options.onDue(running, reason));
  };
  const over = (change: Pick<FaultChange, 'state' | 'measured' | 'reason'>): void => {
    callOff();
    injected = null;
    tell({ ...facts, ...change });
  };
  const remains = (measured: string, reason: string): void => {
    // Said once: it is tried again until the session ends.
    if (!stays) tell({ ...facts, state: 'stays', measured, reason });
    stays = true;
    effect = { ...effect, measured };
    due(againMs, reason);
  };

  const running: RunningFault = {
    order,
    begin: async () => {
      injected = await inject(options);
      // Counted from here: what the servers were told to end by themselves began no later.
      endsAtMs = clock.nowMs() + lastsMs;
      effect = await settle(injected, true, options);
      const { measured } = effect;
      if (!effect.seen) {
        const undone = await undo(injected, options);
        if (undone.isGone) over({ state: 'failed', measured });
        else remains(undone.measured, 'it had no effect');
        throw notSeen(options, measured, undone);
      }
      tell({ ...facts, state: 'on', measured });
      if (fault.isOneShot === true) over({ state: 'off', measured, reason: 'it happens once' });
      else due(Math.max(0, endsAtMs - clock.nowMs()), 'its time was over');
      return { ...facts, measured, forMs: fault.isOneShot === true ? null : lastsMs };
    },
    isInjected: () => injected !== null,
    now: () => ({
      ...facts,
      state: stays ? 'stays' : 'on',
      leftMs: Math.max(0, Math.round(endsAtMs - clock.nowMs())),
      measured: effect.measured,
    }),
    end: async (reason) => {
      // Ended meanwhile, by whoever was before in turn.
      if (injected === null) return { id: fault.id, target, state: 'off', measured: 'it was over' };
      callOff();
      const { isGone, measured } = await undo(injected, options);
      if (isGone) over({ state: 'off', measured, reason });
      else remains(measured, reason);
      return { id: fault.id, target, state: isGone ? 'off' : 'stays', measured };
    },
    isOver: (reason) => over({ state: 'off', measured: 'not measured', reason }),
    forget: () => callOff(),
  };
  return running;
}

async function inject({ ground, order, signal }: RunningFaultOptions): Promise<Injected> {
  const { fault, target, parameters, lastsMs } = order;
  try {
    return await fault.inject(ground, { target, parameters, lastsMs, signal });
  } catch (cause) {
    if (cause instanceof UsageError) throw cause;
    throw new LabError('E_FAULT_FAILED', {
      message: `${fault.id} could not begin on ${target}: ${messageOf(cause)}`,
      cause,
    });
  }
}

interface Undone {
  readonly isGone: boolean;
  readonly measured: string;
}

async function undo(injected: Injected, options: RunningFaultOptions): Promise<Undone> {
  try {
    await injected.undo();
    const effect = await settle(injected, false, options);
    return { isGone: isGone(effect), measured: effect.measured };
  } catch (error) {
    return { isGone: false, measured: messageOf(error) };
  }
}

function notSeen({ order }: RunningFaultOptions, measured: string, undone: Undone): LabError {
  const { fault, target } = order;
  const after = undone.isGone ? 'It was undone.' : `It could not be undone: ${undone.measured}.`;
  return new LabError('E_FAULT_NOT_SEEN', {
    message: `${fault.id} on ${target} had no effect that the lab could see within ${settleMs / 1_000} s: ${measured}. ${after}`,
  });
}

/** Looks until the effect is as wanted, for at most three seconds. Resolves to what was seen last. */
async function settle(injected: Injected, isWanted: boolean, options: RunningFaultOptions): Promise<Effect> {
  const { clock, signal } = options;
  const giveUpAtMs = clock.nowMs() + settleMs;
  let last: Effect | null = null;
  for (;;) {
    const leftMs = Math.max(1, Math.ceil(giveUpAtMs - clock.nowMs()));
    const limit = AbortSignal.any([signal, AbortSignal.timeout(leftMs)]);
    const effect = await lookOnce(injected, isWanted, limit);
    // One that was cut off by the end has seen nothing.
    last = limit.aborted && last !== null ? last : effect;
    const isSettled = isWanted ? last.seen : isGone(last);
    if (isSettled || clock.nowMs() >= giveUpAtMs || signal.aborted) return last;
    await clock.sleep(pollMs);
  }
}

async function lookOnce(injected: Injected, isWanted: boolean, limit: AbortSignal): Promise<Effect> {
  const { promise: tooLate, reject } = Promise.withResolvers<never>();
  const giveUp = (): void => reject(new Error('the look at it took too long'));
  limit.addEventListener('abort', giveUp, { once: true });
  try {
    return await Promise.race([injected.effect(limit), tooLate]);
  } catch (error) {
    // What could not be looked at is neither on nor gone.
    return { seen: !isWanted, measured: messageOf(error) };
  } finally {
    limit.removeEventListener('abort', giveUp);
  }
}

function isGone({ seen, isPartial = false }: Effect): boolean {
  return !seen && !isPartial;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
