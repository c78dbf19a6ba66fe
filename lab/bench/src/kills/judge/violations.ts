import { isAllowed } from './exits.ts';
import type { CommandFact, Seen } from './round-facts.ts';

/** A promise that was not kept. */
export interface Violation {
  readonly code:
    | 'LEFT_OVER'
    | 'SLOW'
    | 'SESSION_FILE'
    | 'LAB_ENDED'
    | 'GUARDIAN_MISSING'
    | 'NOT_TOLD'
    | 'WRONG_VERDICT'
    | 'EXIT_CODE'
    | 'HANGS'
    | 'STRANGER_KILLED'
    | 'NOT_PLAYED';
  readonly message: string;
}

/** What must hold, in milliseconds. */
export interface Promises {
  readonly goneMs: number;
  readonly guardianMs: number;
  readonly toldMs: number;
}

/** Every promise that a round found broken; none for a round in which all held. */
export function violationsOf(facts: Seen, promises: Promises): readonly Violation[] {
  return [
    ...ofEnd(facts, promises),
    ...ofLab(facts, promises),
    ...ofVerdict(facts),
    ...facts.commands.flatMap(ofCommand),
    ...facts.endedDecoys.map((name): Violation => ({ code: 'STRANGER_KILLED', message: strangerText(name) })),
    ...(facts.problem === null ? [] : [{ code: 'NOT_PLAYED', message: facts.problem } as const]),
  ];
}

function ofEnd({ end, hasSessionFile }: Seen, { goneMs }: Promises): Violation[] {
  const found: Violation[] = [];
  if (end !== null && end.left.length > 0) {
    const gone = end.goneAfterMs === null ? 'they stayed' : `gone after ${seconds(end.goneAfterMs)}`;
    const message = `left after ${seconds(goneMs)}, ${gone}: ${end.left.join('; ')}`;
    found.push({ code: end.goneAfterMs === null ? 'LEFT_OVER' : 'SLOW', message });
  }
  if (hasSessionFile)
    found.push({
      code: 'SESSION_FILE',
      message: 'the file of the session names a dead lab as alive, or is still there after lab stop',
    });
  return found;
}

function ofLab({ labLives, guardianAfterMs, telling }: Seen, promises: Promises): Violation[] {
  const found: Violation[] = [];
  if (labLives === false) found.push({ code: 'LAB_ENDED', message: 'the lab ended with what was killed' });
  if (guardianAfterMs === 'never' || (guardianAfterMs ?? 0) > promises.guardianMs) {
    const when = guardianAfterMs === 'never' ? 'not at all' : `after ${seconds(guardianAfterMs ?? 0)}`;
    found.push({ code: 'GUARDIAN_MISSING', message: `another guardian came ${when}` });
  }
  if (telling === 'silent') {
    const message = `after ${seconds(promises.toldMs)} neither was it replaced, nor did lab status name it`;
    found.push({ code: 'NOT_TOLD', message });
  }
  return found;
}

function ofVerdict({ disturbed }: Seen): Violation[] {
  if (disturbed === null || disturbed.verdict === null || disturbed.verdict === 'inconclusive') return [];
  if (disturbed.verdict === 'passed' && disturbed.isMeasured) return [];
  return [{ code: 'WRONG_VERDICT', message: `the run that lost a part was judged as ${disturbed.verdict}` }];
}

function ofCommand(command: CommandFact): Violation[] {
  const { line, exitCode, isLate, said } = command;
  if (isLate) return [{ code: 'HANGS', message: `lab ${line} did not end` }];
  if (isAllowed(command)) return [];
  const ended = exitCode === null ? 'by a signal' : `with exit code ${exitCode}`;
  const last = said === '' ? '' : `: ${said}`;
  return [{ code: 'EXIT_CODE', message: `lab ${line} ended ${ended}${last}` }];
}

function strangerText(name: string): string {
  return `a process that the lab did not start has ended: ${name}`;
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}
