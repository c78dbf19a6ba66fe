import { type Check, overDatabaseBudget } from '@lab/sdk';
import { latest, total } from './evidence-views.ts';

interface DatabaseBudgetOptions extends Pick<Check, 'id' | 'title' | 'points' | 'lesson'> {
  /** Names of the load's requests, as k6 tags them. */
  readonly requests: readonly string[];
  /** Statements per second that the story allows, at the planned load. */
  readonly statementsPerSecondMax: number;
  readonly plannedPerSecond: number;
}

/** The database is asked no more often than the story allows, counted by the database itself. */
export function databaseBudget(options: DatabaseBudgetOptions): Check {
  const { requests, statementsPerSecondMax, plannedPerSecond, ...facts } = options;
  return {
    ...facts,
    experiments: [],
    judge: (evidence) => {
      const window = { window: 'calm' };
      const durationMs = latest(evidence, 'window.duration_ms', window);
      const statements = latest(evidence, 'database.statements', window);
      const answered = requests.reduce((sum, name) => sum + total(evidence, 'load.requests', { ...window, name }), 0);
      if (durationMs === null || statements === null || answered === 0) {
        return [
          {
            code: 'NOT_MEASURED',
            severity: 'inconclusive',
            message: 'The calm stretch of the run has no figures, so the database budget could not be judged.',
            measured: { text: 'nothing measured' },
            expected: { text: `at most ${statementsPerSecondMax} statements a second` },
            atMs: null,
            refs: {},
          },
        ];
      }
      const perSecond = (statements / durationMs) * 1_000;
      // Fewer requests than planned have a smaller budget, so that a slow service does not look frugal.
      const share = Math.min(1, answered / ((plannedPerSecond * durationMs) / 1_000));
      const budget = statementsPerSecondMax * share;
      if (perSecond <= budget) return [];
      const measured = Math.round(perSecond);
      return [
        {
          code: overDatabaseBudget,
          severity: 'failure',
          message: `Over ${Math.round(durationMs)} ms of calm load (${answered} requests) the database executed ${statements} statements, ${measured} a second. It has room for ${Math.round(budget)} a second from this service: the pages must mostly be answered without it.`,
          measured: { text: `${measured} statements a second`, value: measured, unit: 'statements/s' },
          expected: { text: `at most ${Math.round(budget)}`, value: Math.round(budget), unit: 'statements/s' },
          atMs: null,
          refs: {},
        },
      ];
    },
  };
}
