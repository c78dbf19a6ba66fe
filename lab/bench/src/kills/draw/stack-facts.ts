import { listScenarioIds, loadScenario } from '@lab/scenarios';
import { UsageError } from '@lab/sdk';
import type { StackFacts } from './plan.ts';

/** What can be killed: in the stack of one scenario, or of all. Throws a `UsageError` for one that is not there. */
export async function stackFacts(only: string | null): Promise<readonly StackFacts[]> {
  const ids = listScenarioIds();
  if (only !== null && !ids.includes(only)) {
    throw new UsageError('E_SCENARIO_UNKNOWN', { message: `There is no scenario "${only}".`, hint: 'npx lab list' });
  }
  const scenarios = await Promise.all((only === null ? ids : [only]).map(loadScenario));
  return scenarios.map(({ id, stack: { parts, replicas } }) => ({
    scenario: id,
    parts,
    replicas: [...names('api', replicas.api), ...names('worker', replicas.worker ?? 0)],
  }));
}

function names(program: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${program}-${index + 1}`);
}
