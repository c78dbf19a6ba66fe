import type { RowId } from '../report/rows.ts';
import type { Bench } from './bench.ts';
import { measureCheck } from './measure/measure-check.ts';
import { measureGrades } from './measure/measure-grades.ts';
import { measureMemory } from './measure/measure-memory.ts';
import { measureReset } from './measure/measure-reset.ts';
import { measureSaves } from './measure/measure-saves.ts';
import { measureService } from './measure/measure-service.ts';
import { measureStarts } from './measure/measure-starts.ts';
import { measureStops } from './measure/measure-stops.ts';
import { readVerdicts } from './measure/read-verdicts.ts';

/** In this order; each measures those of its rows that are wanted. */
export const measurements: readonly ((bench: Bench) => Promise<void>)[] = [
  measureStarts,
  measureStops,
  measureMemory,
  measureSaves,
  measureReset,
  measureGrades,
  measureService,
  readVerdicts,
  measureCheck,
];

const againstTheFloor: readonly RowId[] = ['start-cold', 'start-warm', 'memory-idle', 'memory-load'];

/** True where a wanted row is the floor, or is held against it. */
export function needsFloor(wanted: ReadonlySet<RowId>): boolean {
  return ['floor' as const, ...againstTheFloor].some((row) => wanted.has(row));
}
