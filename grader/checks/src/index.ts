export { agreesWithDatabase } from './agrees-with-database.ts';
export { answersDuring } from './answers-during.ts';
export { databaseBudget } from './database-budget.ts';
export { freshAfterWrite } from './fresh-after-write.ts';
export { keysExpire } from './keys-expire.ts';
export { findStaleReads, type StaleRead } from './stale-reads.ts';
export { steadyState } from './steady-state.ts';
export { writesAnswer } from './writes-answer.ts';
