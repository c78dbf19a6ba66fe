import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Scenario } from '@lab/sdk';

const folder = import.meta.dirname;

/** Folders that hold a declaration, in the order of their names. */
export function listScenarioIds(): readonly string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(folder, entry.name, 'scenario.ts')))
    .map((entry) => entry.name)
    .sort();
}

/** The declaration of a scenario that `listScenarioIds` names. */
export async function loadScenario(id: string): Promise<Scenario> {
  const module: unknown = await import(`./${id}/scenario.ts`);
  if (typeof module === 'object' && module !== null && 'scenario' in module) return module.scenario as Scenario;
  throw new TypeError(`scenarios/${id}/scenario.ts exports no "scenario".`);
}
