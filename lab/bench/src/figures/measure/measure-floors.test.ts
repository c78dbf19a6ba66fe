import { loadScenario } from '@lab/scenarios';
import { expect, test } from 'vitest';
import { floorShape } from './measure-floors.ts';

test('the floor has the stores of the scenario, five Node processes, and one for the payment provider', async () => {
  expect(floorShape(await loadScenario('cache-stale-price'))).toEqual({ redises: 1, nodes: 5 });
  expect(floorShape(await loadScenario('jobs-double-charge'))).toEqual({ redises: 2, nodes: 6 });
});
