import { LabError, type ReplicaName } from '@lab/sdk';
import type { Behaviour } from '@lab/world';
import type * as z from 'zod';
import { defineFault, type Effect, type Fault } from '../fault.ts';
import type { Address, FaultGround } from '../ground.ts';
import { once } from '../once.ts';

type World = NonNullable<FaultGround['world']>;

interface PaymentFaultSpec<P extends z.ZodObject> {
  readonly id: string;
  readonly title: string;
  readonly about: string;
  readonly parameters: P;
  /** Makes the provider misbehave towards this caller, or all; returns the undo. */
  disturb(
    world: World,
    order: { readonly parameters: z.output<P>; readonly only: CallerOnly },
  ): Promise<() => Promise<void>>;
  /** One look through the provider's door for a caller. */
  look(door: Address, question: { readonly parameters: z.output<P>; readonly signal: AbortSignal }): Promise<Effect>;
}

/** Nothing stands for all callers. */
export type CallerOnly = { readonly caller?: ReplicaName };

/** A fault of the payment provider itself, towards one caller or all. */
export function definePaymentFault<P extends z.ZodObject>(spec: PaymentFaultSpec<P>): Fault {
  const { id, title, about, parameters } = spec;
  return defineFault({
    id,
    title,
    about,
    parameters,
    targets: (ground) => (ground.world === null ? [] : ['all', ...ground.names]),
    availability: (ground) => ground.world !== null || 'the stack has no payment provider',
    claims: () => [
      { on: 'process payment', isAlone: false },
      // Its behaviours are set as a whole.
      { on: 'behaviour of the payment provider', isAlone: true },
    ],
    inject: async (ground, { target, parameters: given }) => {
      if (ground.world === null) throw new LabError('E_NO_PAYMENT', { message: 'The stack has no payment provider.' });
      const caller = callerNamed(ground, target);
      const only: CallerOnly = caller === undefined ? {} : { caller };
      return { undo: await spec.disturb(ground.world, { parameters: given, only }), note: null };
    },
    effect: async (ground, { target, parameters: given, signal }) => {
      const caller = callerNamed(ground, target) ?? ground.names[0];
      const door = caller === undefined ? null : ground.paymentDoor(caller);
      if (door === null) return { seen: false, measured: 'the payment provider has no door for the lab' };
      return await spec.look(door, { parameters: given, signal });
    },
  });
}

/** Sets one behaviour in the place of all; the undo takes it away. */
export async function behave(world: World, behaviour: Behaviour): Promise<() => Promise<void>> {
  await world.setBehaviours([behaviour]);
  return once(() => world.setBehaviours([]));
}

function callerNamed(ground: FaultGround, target: string): ReplicaName | undefined {
  return ground.names.find((name) => name === target);
}
