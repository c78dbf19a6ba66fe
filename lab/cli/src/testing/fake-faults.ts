import * as faults from '@lab/faults';
import type { Services } from '../services.ts';

type FaultsModule = Awaited<ReturnType<Services['faults']>>;

export interface FakeFaults {
  readonly module: FaultsModule;
  readonly ground: faults.FaultGround;
  /** What was done, in order. */
  readonly calls: string[];
}

/** Two faults that can be put on without a stack: of a kettle in two rooms, and of a pan, which never gets hot. */
export function createFakeFaults(): FakeFaults {
  const calls: string[] = [];
  const real = faults.faultCatalogue.find(({ id }) => id === 'link-latency');
  if (real === undefined) throw new Error('link-latency is not there.');
  const kettle: faults.Fault = {
    ...real,
    id: 'kettle-on',
    title: 'The kettle is on',
    targets: () => ['kitchen', 'office'],
    availability: () => true,
    claims: () => [],
    inject: async (_ground, { target, parameters }) => {
      let isOn = true;
      calls.push(`on ${target} ${String(parameters['latencyMs'])}`);
      return {
        undo: async () => {
          isOn = false;
          calls.push(`off ${target}`);
        },
        effect: async () => ({ seen: isOn, measured: isOn ? '90 °C' : '20 °C' }),
      };
    },
  };
  const pan: faults.Fault = {
    ...kettle,
    id: 'pan-on',
    availability: () => 'there is no pan',
  };
  const catalogue = [kettle, pan];
  return {
    module: {
      faultCatalogue: catalogue,
      createActiveFaults: (options) => faults.createActiveFaults({ ...options, catalogue }),
      describeFaults: (where) => faults.describeFaults(where, catalogue),
    },
    // These faults touch no stack.
    ground: {} as faults.FaultGround,
    calls,
  };
}
