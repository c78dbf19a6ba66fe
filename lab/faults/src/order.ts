import { UsageError } from '@lab/sdk';
import type { Claim, Fault } from './fault.ts';
import type { FaultGround } from './ground.ts';
import { type ParameterValue, parseParameters } from './parameters.ts';

/** What somebody asks for, as it was typed. */
export interface FaultOrder {
  readonly id: string;
  readonly target?: string | undefined;
  readonly set?: Readonly<Record<string, string>> | undefined;
  readonly forMs?: number | undefined;
}

/** The same, checked. */
export interface CheckedOrder {
  readonly fault: Fault;
  readonly target: string;
  readonly parameters: Readonly<Record<string, ParameterValue>>;
  readonly lastsMs: number;
  readonly claims: readonly Claim[];
}

export const usualMs = 30_000;
export const longestMs = 600_000;
const shortestMs = 1_000;
const targetsShown = 12;

/** Checks an order against this stack. Throws a `UsageError`; nothing has been touched then. */
export function checkOrder(catalogue: readonly Fault[], ground: FaultGround, order: FaultOrder): CheckedOrder {
  const fault = catalogue.find(({ id }) => id === order.id);
  if (fault === undefined) {
    throw new UsageError('E_FAULT_UNKNOWN', {
      message: `There is no fault "${order.id}".`,
      hint: 'npx lab fault list',
    });
  }
  const availability = fault.availability(ground);
  if (availability !== true) {
    throw new UsageError('E_FAULT_UNAVAILABLE', { message: `${fault.id} cannot be had here: ${availability}.` });
  }
  const target = chooseTarget(fault, ground, order.target);
  return {
    fault,
    target,
    parameters: parseParameters(fault, order.set ?? {}),
    lastsMs: duration(fault, order.forMs),
    // Twice the same would be seen by the same check.
    claims: [...fault.claims(ground, target), { on: `${fault.id} ${target}`, isAlone: true }],
  };
}

function chooseTarget(fault: Fault, ground: FaultGround, wanted: string | undefined): string {
  const targets = fault.targets(ground);
  const [only] = targets;
  if (wanted === undefined && targets.length === 1 && only !== undefined) return only;
  if (wanted !== undefined && targets.includes(wanted)) return wanted;
  const refusal = fault.notTargets?.(ground).find(({ target }) => target === wanted);
  if (refusal !== undefined) {
    throw new UsageError('E_TARGET', { message: `${fault.id} cannot be done to ${wanted}: ${refusal.reason}.` });
  }
  const more = targets.length > targetsShown ? ', …' : '';
  throw new UsageError('E_TARGET', {
    message:
      wanted === undefined ? `${fault.id} needs a target.` : `${fault.id} cannot be done to "${wanted}" in this stack.`,
    hint: `--target takes ${targets.slice(0, targetsShown).join(', ')}${more}`,
  });
}

function duration(fault: Fault, forMs: number | undefined): number {
  if (fault.isOneShot === true) {
    if (forMs === undefined) return usualMs;
    throw new UsageError('E_DURATION', { message: `${fault.id} happens once: it takes no --for.` });
  }
  const most = fault.longestMs ?? longestMs;
  if (forMs === undefined) return Math.min(usualMs, most);
  if (Number.isSafeInteger(forMs) && forMs >= shortestMs && forMs <= most) return forMs;
  throw new UsageError('E_DURATION', {
    message: `${fault.id} lasts from ${shortestMs / 1_000} to ${most / 1_000} seconds, not ${forMs / 1_000}.`,
  });
}
