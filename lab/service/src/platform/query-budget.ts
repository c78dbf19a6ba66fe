import { Counter, type Registry } from 'prom-client';

/** Database statements that one request may need. */
export const QUERY_BUDGET = 10;
/** More than these are worth a line in the log: most often one statement for each item of a list. */
export const QUERY_ALERT = 20;

/** Counts requests that needed more statements than the budget allows. */
export function createOverBudgetCounter(registry: Registry): (route: string, queries: number) => void {
  const counter = new Counter({
    name: 'http_requests_over_query_budget_total',
    help: `Requests that needed more than ${QUERY_BUDGET} database statements.`,
    labelNames: ['route'],
    registers: [registry],
  });
  return (route, queries) => {
    if (queries > QUERY_BUDGET) counter.inc({ route });
  };
}
