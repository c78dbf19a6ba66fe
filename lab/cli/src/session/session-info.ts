import { join } from 'node:path';
import type { Scenario } from '@lab/sdk';
import type { PracticeState } from './practice-state.ts';
import { describeProblem } from './problem.ts';
import type { SessionInfo } from './reporter.ts';

export function sessionInfo(
  session: { readonly state: PracticeState; readonly scenario: Scenario; readonly seed: number },
  firstRequestMs: number | null,
): SessionInfo {
  const { state, scenario, seed } = session;
  return {
    run: state.record.run ?? '',
    labPid: state.record.labPid,
    scenario: scenario.id,
    seed,
    port: state.record.port ?? 0,
    workspace: state.record.workspace,
    edit: scenario.startWith.map((file) => join(state.record.workspace, file)),
    lesson: scenario.lesson,
    watch: 'npx lab watch',
    next: `npx lab grade ${scenario.id}`,
    firstRequestMs: firstRequestMs === null ? null : Math.round(firstRequestMs),
    problem: state.problem === null ? null : describeProblem(state.problem),
  };
}
