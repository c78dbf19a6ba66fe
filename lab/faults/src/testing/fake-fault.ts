import * as z from 'zod';
import { defineFault, type Effect, type Fault } from '../fault.ts';
import { wholeNumber } from '../parameters.ts';

export interface FakeFault {
  readonly fault: Fault;
  /** What was done, in order. */
  readonly calls: string[];
  /** What the next looks see; the last one stays. Without it: what is on is seen. */
  sees(...effects: readonly (Effect | Error)[]): void;
  /** The next undo fails. */
  breakUndo(): void;
}

/** A kettle that can be put on: a fault without a stack. */
export function fakeFault(
  change: Partial<Pick<Fault, 'id' | 'isOneShot' | 'endsWithProcess' | 'claims'>> = {},
): FakeFault {
  const calls: string[] = [];
  let isOn = false;
  let isUndoBroken = false;
  let looks: readonly (Effect | Error)[] = [];
  const fault = defineFault({
    id: 'kettle-on',
    title: 'The kettle is on',
    about: 'Water gets hot.',
    parameters: z.strictObject({ heatPercent: wholeNumber('how hot', { min: 1, max: 100, usual: 80 }) }),
    targets: () => ['kitchen', 'api-1'],
    availability: () => true,
    claims: () => [],
    ...change,
    inject: async (_ground, { target, parameters }) => {
      calls.push(`on ${target} ${parameters.heatPercent}`);
      isOn = true;
      const undo = async (): Promise<void> => {
        calls.push(`off ${target}`);
        if (isUndoBroken) throw new Error('the switch is stuck');
        isOn = false;
      };
      return { undo, note: null };
    },
    effect: async () => {
      const [look, ...later] = looks;
      if (later.length > 0) looks = later;
      if (look instanceof Error) throw look;
      return look ?? { seen: isOn, measured: isOn ? '90 °C' : '20 °C' };
    },
  });
  return {
    fault,
    calls,
    sees: (...effects) => {
      looks = effects;
    },
    breakUndo: () => {
      isUndoBroken = true;
    },
  };
}
