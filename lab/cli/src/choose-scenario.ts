import { readSession } from '@lab/console';
import { type Scenario, UsageError } from '@lab/sdk';
import type { Context } from './context.ts';
import { suggest } from './suggest.ts';

/**
 * The scenario that was named, else the running one, else the first of the course.
 *
 * @throws UsageError `E_SCENARIO_UNKNOWN` with the nearest name.
 */
export async function chooseScenario(context: Context, given: unknown): Promise<Scenario> {
  const { listScenarioIds, loadScenario } = await context.services.scenarios();
  const scenarioIds = listScenarioIds();
  const id = typeof given === 'string' ? given : (runningScenario(context) ?? scenarioIds[0]);
  if (id === undefined) throw new UsageError('E_NO_SCENARIO', { message: 'This checkout has no scenarios.' });
  if (!scenarioIds.includes(id)) throw unknownScenario(id, scenarioIds);
  return await loadScenario(id);
}

export function unknownScenario(id: string, scenarioIds: readonly string[]): UsageError {
  const meant = suggest(id, scenarioIds);
  return new UsageError('E_SCENARIO_UNKNOWN', {
    message: `There is no scenario "${id}".`,
    hint: meant === null ? 'npx lab list' : `Did you mean ${meant}?`,
  });
}

/** The scenario of the running session of this checkout. */
export function runningScenario(context: Context): string | undefined {
  const session = readSession(context.labDir);
  return session.kind === 'running' ? session.record.scenario : undefined;
}
