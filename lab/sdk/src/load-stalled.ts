/** Code of the finding that the load was answered too slowly, with nothing broken. A busy machine can cause it as well. */
export const loadStalled = 'LOAD_STALLED';

/** Finding code of a database that is asked for more than the story allows while nothing is disturbed. */
export const overDatabaseBudget = 'DATABASE_BUDGET_EXCEEDED';
