import type { Operation } from './operation.ts';

/** The view of a login in the ledger. Its key is who logs in; its value is 1 when the answer held a token. */
export const loginView = 'login';

/** The experiment that the load's own preparation counts as: nothing is disturbed yet. */
export const preparation = 'workload';

/** The logins, by who asked, of those whom no replica let in. */
export function notLetIn(history: readonly Operation[]): ReadonlyMap<string, readonly Operation[]> {
  const logins = history.filter(({ view }) => view === loginView);
  const byWho = Map.groupBy(logins, ({ key }) => key);
  return new Map(
    [...byWho].filter(([, asked]) => asked.every(({ outcome, value }) => outcome !== 'ok' || value !== 1)),
  );
}
