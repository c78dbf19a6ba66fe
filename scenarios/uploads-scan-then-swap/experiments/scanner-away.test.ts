import type { ExperimentHandle } from '@lab/sdk';
import { expect, test } from 'vitest';
import { checkNamed, codesOf, evidenceOf } from '../../shared/testing/evidence.ts';
import { fakeScanning } from '../../shared/testing/fake-scanning.ts';
import { leaseMs, scanTimeoutMs } from '../limits.ts';
import { scenario } from '../scenario.ts';
import { scannerSilent } from './scanner-away.ts';
import { settle } from './settle.ts';

/** As a service that draws pictures anew: the scanner never sees the picture that came, and so is not silent on it. */
function drawnAnew(h: ExperimentHandle): ExperimentHandle {
  let picture: string | undefined;
  return {
    ...h,
    scanner: {
      ...h.scanner,
      behave: async ([film, drawn, ...others]) => {
        picture = drawn?.sha256;
        return await h.scanner.behave([film, ...others].filter((one) => one !== undefined));
      },
      scans: async (sha256) => (sha256 !== undefined && sha256 === picture ? [] : await h.scanner.scans(sha256)),
    },
  };
}

test('a picture of which the scanner was shown other bytes is not held against whoever showed them', async () => {
  const h = drawnAnew(fakeScanning({ scanTimeoutMs, leaseMs }).h);
  const outcomes = [await scannerSilent.run(h), await settle.run(h)];
  const tables = outcomes.flatMap((outcome) => outcome.tables ?? []);
  const evidence = { ...evidenceOf(scenario, { tables }), selected: ['scanner-silent', 'settle'] };
  expect(outcomes.map(({ reached }) => reached)).toEqual([true, true]);
  expect(codesOf(checkNamed(scenario, 'no-verdict-not-ready'), evidence)).toEqual([]);
});
