import process from 'node:process';
import { environmentOf, listProcesses, type ProcessInfo, type ProcessPlace, placeOf } from './process-table.ts';

// Imported by the guardian: node: builtins only.

/** Set in the environment of everything that the lab starts. */
export const RUN_VARIABLE = 'BROWNOUT_RUN';
/** Set likewise; tells one start of a part from the next. */
export const PART_VARIABLE = 'BROWNOUT_PART';

/** Set in the environment of a guardian, which must outlive what it kills: it carries neither of the two above. */
export const GUARDIAN_VARIABLE = 'BROWNOUT_GUARDIAN';

/** Processes that share a working folder and an executable: PostgreSQL's, which leave group and environment behind. */
export interface MemberRule {
  readonly cwd: string;
  readonly executable: string;
}

/** How to tell the processes of a run, or of one part, from all others. */
export interface ProcessMarks {
  readonly variable?: { readonly name: string; readonly value: string };
  readonly known?: readonly { readonly pid: number; readonly startTime: string }[];
  readonly members?: readonly MemberRule[];
}

/** Live processes that carry one of the marks, and all their descendants. Never this process or its ancestors. */
export function findMarked(marks: ProcessMarks): ProcessInfo[] {
  const all = listProcesses();
  const own = ancestorsOf(process.pid, all);
  const candidates = all.filter((info) => info.pid > 1 && !own.has(info.pid));
  const marked = new Set(candidates.filter((info) => isMarked(info, marks)).map((info) => info.pid));
  addDescendants(marked, candidates);
  return candidates.filter((info) => marked.has(info.pid));
}

function isMarked(info: ProcessInfo, marks: ProcessMarks): boolean {
  if (marks.known?.some((known) => known.pid === info.pid && known.startTime === info.startTime)) return true;
  if (process.platform !== 'linux') return false;
  const { variable, members } = marks;
  if (variable && environmentOf(info.pid).includes(`${variable.name}=${variable.value}`)) return true;
  if (!members || members.length === 0) return false;
  const place = placeOf(info.pid);
  return place !== null && members.some((rule) => isMember(place, rule));
}

/** One without an executable is on its way out of the kernel, and may still have memory attached. */
export function isMember({ cwd, executable }: ProcessPlace, rule: MemberRule): boolean {
  return cwd === rule.cwd && (executable === rule.executable || executable === null);
}

function addDescendants(marked: Set<number>, all: readonly ProcessInfo[]): void {
  let before: number;
  do {
    before = marked.size;
    for (const info of all) if (marked.has(info.parent)) marked.add(info.pid);
  } while (marked.size > before);
}

function ancestorsOf(pid: number, all: readonly ProcessInfo[]): Set<number> {
  const parents = new Map(all.map((info) => [info.pid, info.parent]));
  const found = new Set<number>();
  for (let next: number | undefined = pid; next && !found.has(next); next = parents.get(next)) found.add(next);
  return found;
}
