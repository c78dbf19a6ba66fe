import type { Finding } from '@lab/sdk';

/** Silence is no proof: a check whose figures are missing cannot decide. */
export function notMeasured(what: string, experiment?: string): Finding {
  return {
    code: 'NOT_MEASURED',
    severity: 'inconclusive',
    message: `${what}, so this check could not be judged.`,
    measured: { text: 'nothing measured' },
    expected: { text: 'a measurement' },
    atMs: null,
    refs: experiment === undefined ? {} : { experiment },
  };
}
