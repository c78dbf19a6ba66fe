import { defineFault } from '../fault.ts';
import { noParameters } from '../parameters.ts';

const reason =
  'the parts keep their files on a disk that is not the lab’s alone: filling it would harm whatever else is there. It needs a volume of a fixed size for one part, which the lab does not make';

export const diskFull = defineFault({
  id: 'disk-full',
  title: 'A disk has no room left',
  about: 'Writes fail with ENOSPC.',
  parameters: noParameters,
  targets: () => [],
  availability: () => reason,
  claims: () => [],
  inject: async () => {
    throw new RangeError(reason);
  },
  effect: async () => ({ seen: false, measured: reason }),
});
