import { describe, expect, test } from 'vitest';
import type { Phase, Victim } from '../draw/plan.ts';
import { roundFacts } from '../testing/facts.ts';
import { allowedExits } from './exits.ts';
import type { AllowedExit, CommandFact, Seen } from './round-facts.ts';
import { violationsOf } from './violations.ts';

const promises = { goneMs: 5_000, guardianMs: 2_000, toldMs: 5_000 };
const codes = (seen: Partial<Seen>): string[] => violationsOf(roundFacts(seen), promises).map(({ code }) => code);
const command: CommandFact = { line: 'stop', exitCode: 0, isLate: false, allowed: [0], said: '' };

test('a round in which everything held has no violation', () => {
  expect(
    codes({
      end: { goneAfterMs: 700, left: [] },
      labLives: true,
      guardianAfterMs: 40,
      telling: 'told',
      disturbed: { verdict: 'inconclusive', isMeasured: false },
      commands: [command],
    }),
  ).toEqual([]);
});

test('what was left is named, and whether it went away later', () => {
  const left = ['process 7 (sleep 60)', 'a listener on port 20001'];
  expect(violationsOf(roundFacts({ end: { goneAfterMs: null, left } }), promises)).toEqual([
    { code: 'LEFT_OVER', message: `left after 5.0 s, they stayed: ${left.join('; ')}` },
  ]);
  expect(violationsOf(roundFacts({ end: { goneAfterMs: 6_200, left } }), promises)).toEqual([
    { code: 'SLOW', message: `left after 5.0 s, gone after 6.2 s: ${left.join('; ')}` },
  ]);
});

test.each<[string, Partial<Seen>]>([
  ['SESSION_FILE', { hasSessionFile: true }],
  ['LAB_ENDED', { labLives: false }],
  ['GUARDIAN_MISSING', { guardianAfterMs: 'never' }],
  ['GUARDIAN_MISSING', { guardianAfterMs: 2_001 }],
  ['NOT_TOLD', { telling: 'silent' }],
  ['WRONG_VERDICT', { disturbed: { verdict: 'failed', isMeasured: true } }],
  ['WRONG_VERDICT', { disturbed: { verdict: 'rejected', isMeasured: false } }],
  ['WRONG_VERDICT', { disturbed: { verdict: 'passed', isMeasured: false } }],
  ['EXIT_CODE', { commands: [{ ...command, exitCode: 70 }] }],
  ['EXIT_CODE', { commands: [{ ...command, exitCode: null }] }],
  ['HANGS', { commands: [{ ...command, isLate: true, exitCode: null }] }],
  ['STRANGER_KILLED', { endedDecoys: ['guardian'] }],
  ['NOT_PLAYED', { problem: 'the session could not be started' }],
])('%s is found', (code, seen) => {
  expect(codes(seen)).toEqual([code]);
});

test('a run of which all was measured before the kill may pass', () => {
  expect(codes({ disturbed: { verdict: 'passed', isMeasured: true } })).toEqual([]);
  expect(codes({ disturbed: { verdict: null, isMeasured: false } })).toEqual([]);
});

test('a wrong exit code is told with what the command said', () => {
  const commands = [{ ...command, line: 'grade cache', exitCode: 70, said: 'The lab has a bug' }];
  expect(violationsOf(roundFacts({ commands }), promises)[0]?.message).toBe(
    'lab grade cache ended with exit code 70: The lab has a bug',
  );
});

describe('the exit code of the command that was under way', () => {
  const phases: readonly Phase[] = ['start', 'load', 'fault', 'save', 'stop', 'grade'];
  const victims: readonly Victim[] = [
    { kind: 'lab', ending: 'SIGKILL', frozen: null },
    { kind: 'guardian' },
    { kind: 'guardian-first', gapMs: 1 },
    { kind: 'lab-first', gapMs: 1 },
    { kind: 'command' },
    { kind: 'part', part: 'postgres' },
    { kind: 'replica', replica: 'api-1' },
  ];
  const rounds = phases.flatMap((phase) => victims.map((victim) => roundFacts({}, { phase, victim }).round));

  const codeOf = (one: AllowedExit): number | null => (one === null || typeof one === 'number' ? one : one.exitCode);

  test('is never that of a bug', () => {
    for (const round of rounds) expect(allowedExits(round).map(codeOf)).not.toContain(70);
  });

  test('is that of a misuse only where the lab itself was hit, and only when nobody was there', () => {
    const usage = rounds.filter((round) => allowedExits(round).some((one) => codeOf(one) === 64));
    expect(usage.map(({ phase, victim }) => `${phase} ${victim.kind}`)).toEqual([
      'fault lab',
      'fault guardian-first',
      'fault lab-first',
    ]);
    const of = (said: string) =>
      usage.flatMap((round) => codes({ commands: [{ ...command, exitCode: 64, allowed: allowedExits(round), said }] }));
    expect(of('✗ Nothing is running that could be disturbed. (E_NO_SESSION)   Try: npx lab start')).toEqual([]);
    expect(of('✗ There is no fault "link-late". (E_FAULT_UNKNOWN)')).toEqual(['EXIT_CODE', 'EXIT_CODE', 'EXIT_CODE']);
    expect(of('')).toHaveLength(3);
  });

  test('counts nothing against the learner, unless a process of the service was killed', () => {
    const blaming = rounds.filter((round) => allowedExits(round).includes(1));
    expect(blaming.map(({ phase, victim }) => `${phase} ${victim.kind}`)).toEqual(['start replica', 'grade replica']);
  });
});
