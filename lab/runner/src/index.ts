export { createClock } from './clock.ts';
export type { LatencySummary } from './load/aggregate.ts';
export { type BeginLoadOptions, beginLoad } from './load/begin-load.ts';
export type { Load, LoadTick } from './load/load.ts';
export { type GradeOptions, type GradeRun, runGrade } from './phases/grade.ts';
export { startTestbed, type TestbedOptions } from './testbed/start-testbed.ts';
export type { Testbed } from './testbed/testbed.ts';
