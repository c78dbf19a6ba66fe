import type * as z from 'zod';
import type { FaultGround } from './ground.ts';

/** What the lab itself saw, by connections of its own. */
export interface Effect {
  readonly seen: boolean;
  /** Seen in some of several places: the fault is neither on nor gone. */
  readonly isPartial?: boolean;
  /** For people, as `first byte after 203 ms`. */
  readonly measured: string;
}

/** What a fault needs for itself while it is on. Two faults share a thing only where neither wants it alone. */
export interface Claim {
  readonly on: string;
  readonly isAlone: boolean;
}

/** What is known of a fault before it begins. */
interface FaultFacts {
  readonly id: string;
  readonly title: string;
  readonly about: string;
  /** It happens once: there is nothing to undo, and it lasts no time. */
  readonly isOneShot?: true;
  /** Holds the process of its target down or still: it is over when the lab replaces that process. */
  readonly endsWithProcess?: true;
  /** Longest time that it may be asked for; default ten minutes. */
  readonly longestMs?: number;
  targets(ground: FaultGround): readonly string[];
  /** What somebody may look for among the targets, and why it is not there. */
  notTargets?(ground: FaultGround): readonly { readonly target: string; readonly reason: string }[];
  /** True, or why it cannot be had in this stack. */
  availability(ground: FaultGround): true | string;
  claims(ground: FaultGround, target: string): readonly Claim[];
}

export interface InjectOrder<P> {
  readonly target: string;
  readonly parameters: P;
  /** Aborted when the session ends: loops and timers end then, nothing is undone by hand. */
  readonly signal: AbortSignal;
  /** How long it will be on at most. What the fault leaves at a server ends there by itself soon after. */
  readonly lastsMs: number;
}

export interface EffectQuestion<P, N> {
  readonly target: string;
  readonly parameters: P;
  /** What `inject` noted. */
  readonly note: N;
  readonly signal: AbortSignal;
}

export interface FaultSpec<P extends z.ZodObject, N> extends FaultFacts {
  /** Every field has a default, and its unit in its name. */
  readonly parameters: P;
  /** The undo is idempotent. */
  inject(ground: FaultGround, order: InjectOrder<z.output<P>>): Promise<{ undo(): Promise<void>; readonly note: N }>;
  /** One look, within about two seconds. */
  effect(ground: FaultGround, question: EffectQuestion<z.output<P>, N>): Promise<Effect>;
}

/** A fault that was injected, whether its effect shows or not. */
export interface Injected {
  undo(): Promise<void>;
  effect(signal: AbortSignal): Promise<Effect>;
}

/** A disturbance that carries its own proof and its own undo. */
export interface Fault extends FaultFacts {
  readonly parameters: z.ZodObject;
  /** `parameters` has passed the schema. */
  inject(ground: FaultGround, order: InjectOrder<Readonly<Record<string, unknown>>>): Promise<Injected>;
}

/** Keeps together what belongs to one injection: its parameters, its note, its undo, its proof. */
export function defineFault<P extends z.ZodObject, N>(spec: FaultSpec<P, N>): Fault {
  return {
    ...spec,
    inject: async (ground, order) => {
      const { target, signal, lastsMs } = order;
      const parameters = spec.parameters.parse(order.parameters);
      const { undo, note } = await spec.inject(ground, { target, parameters, signal, lastsMs });
      return { undo, effect: (looking) => spec.effect(ground, { target, parameters, note, signal: looking }) };
    },
  };
}
