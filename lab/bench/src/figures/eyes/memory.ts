import { join } from 'node:path';
import { pssKib, seeProcesses } from '../../machine/proc.ts';
import { entriesOf } from '../../machine/read-files.ts';
import type { SeenProcess } from '../../machine/seen-process.ts';
import { sum } from '../../report/statistics.ts';
import type { LabPlace } from '../stage/lab-command.ts';
import { partName, processesOf } from './lab-processes.ts';

/** Memory (PSS) in MiB by the name of the part; several processes of one part are added up. */
export type MemoryByPart = ReadonlyMap<string, number>;

/** The processes of a checkout's lab, this moment. */
export function labProcesses(place: Pick<LabPlace, 'root' | 'labDir'>): readonly SeenProcess[] {
  return processesOf(seeProcesses(), { root: place.root, runs: entriesOf(join(place.labDir, 'runs')) });
}

export function readMemory(place: Pick<LabPlace, 'root' | 'labDir'>, labPid: number): MemoryByPart {
  const entries = labProcesses(place).map((seen) => [partName(seen, labPid), pssKib(seen.pid)] as const);
  return addUp(entries);
}

/** From KiB of each process to MiB of each part. */
export function addUp(entries: readonly (readonly [part: string, kib: number])[]): MemoryByPart {
  const parts = new Map<string, number>();
  for (const [part, kib] of entries) parts.set(part, (parts.get(part) ?? 0) + kib / 1_024);
  return parts;
}

export function totalMiB(memory: MemoryByPart): number {
  return sum([...memory.values()]);
}

/** As `postgres 120, lab 96, api-1 88 MiB.`, the largest first. */
export function describeMemory(memory: MemoryByPart): string {
  const parts = [...memory].toSorted(([, one], [, other]) => other - one);
  return `${parts.map(([part, mib]) => `${part} ${mib.toFixed(0)}`).join(', ')} MiB.`;
}

/** The largest reading of each process of one program, as `api` or `worker`; empty where there is none. */
export function largestOf(program: 'api' | 'worker', readings: readonly MemoryByPart[]): number[] {
  const names = new Set(
    readings.flatMap((memory) => [...memory.keys()]).filter((part) => part.startsWith(`${program}-`)),
  );
  return [...names].sort().map((name) => Math.max(...readings.map((memory) => memory.get(name) ?? 0)));
}
