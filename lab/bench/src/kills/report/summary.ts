import { z } from 'zod';
import { describeRound, victimRow } from '../draw/describe-round.ts';
import type { Played, PlayedRound } from '../play/play-rounds.ts';

const violation = z.object({
  /** Null: found after the last round. */
  round: z.int().nullable(),
  what: z.string(),
  code: z.string(),
  message: z.string(),
  /** The command that plays the round again. */
  repeat: z.string(),
});

const cell = z.object({
  victim: z.string(),
  phase: z.string(),
  rounds: z.int(),
  /** The victim was gone, or not there yet. */
  missed: z.int(),
  /** What was left at the limit, counted one by one. */
  left: z.int(),
  violations: z.int(),
  /** Until nothing was left; null where nobody looked. */
  slowestMs: z.number().nullable(),
});

const round = z.object({
  number: z.int(),
  what: z.string(),
  note: z.string(),
  wasHit: z.boolean(),
  struckAfterMs: z.number(),
  goneAfterMs: z.number().nullable(),
  left: z.array(z.string()),
  telling: z.string(),
  verdict: z.string().nullable(),
  exits: z.array(z.object({ line: z.string(), exitCode: z.int().nullable() })),
  tookMs: z.number(),
});

/** What `npm run kills -- --json` prints. */
export const killsSchema = z.object({
  schema: z.literal('brownout.kills/1'),
  seed: z.int(),
  startedAt: z.string(),
  machine: z.object({
    cores: z.int(),
    memoryGiB: z.number(),
    kernel: z.string(),
    node: z.string(),
    /** Of the last minute, before the first round. */
    loadAverage: z.number(),
  }),
  tookMs: z.number(),
  roundsPerMinute: z.number(),
  lengths: z.record(z.string(), z.number()),
  held: z.boolean(),
  cells: z.array(cell),
  violations: z.array(violation),
  rounds: z.array(round),
});

export type KillsDocument = z.infer<typeof killsSchema>;
export type Cell = z.infer<typeof cell>;

export interface SummaryFacts extends Pick<KillsDocument, 'seed' | 'startedAt' | 'machine'> {
  readonly played: Played;
  /** Options that the draws depend on, as they were typed. */
  readonly repeatOptions: string;
}

/** All that was seen, in one document. */
export function summarise(facts: SummaryFacts): KillsDocument {
  const { played, seed, startedAt, machine } = facts;
  const violations = [
    ...played.rounds.flatMap((one) => violationsOfRound(one, facts)),
    ...played.atEnd.map(({ code, message }) => ({
      round: null,
      what: 'start and stop after the last round',
      code,
      message,
      repeat: `npm run kills -- --count ${played.rounds.length} --seed ${seed}${facts.repeatOptions}`,
    })),
  ];
  return {
    schema: 'brownout.kills/1',
    seed,
    startedAt,
    machine,
    tookMs: Math.round(played.tookMs),
    roundsPerMinute: tenths((played.rounds.length * 60_000) / played.tookMs),
    lengths: Object.fromEntries(Object.entries(played.lengths).map(([name, ms]) => [name, Math.round(ms)])),
    held: violations.length === 0,
    cells: cellsOf(played.rounds),
    violations,
    rounds: played.rounds.map(roundDocument),
  };
}

/** One cell for each victim and phase that came up, in the order of their names. */
export function cellsOf(rounds: readonly PlayedRound[]): Cell[] {
  const groups = Map.groupBy(rounds, ({ facts: { round: one } }) => `${victimRow(one.victim)}\n${one.phase}`);
  return [...groups]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([key, group]) => {
      const [victim = '', phase = ''] = key.split('\n');
      const gone = group.flatMap(({ facts: { end } }) => end?.goneAfterMs ?? []);
      return {
        victim,
        phase,
        rounds: group.length,
        missed: group.filter(({ facts }) => !facts.wasHit).length,
        left: group.reduce((sum, { facts: { end } }) => sum + (end?.left.length ?? 0), 0),
        violations: group.reduce((sum, one) => sum + one.violations.length, 0),
        slowestMs: gone.length === 0 ? null : Math.round(Math.max(...gone)),
      };
    });
}

function violationsOfRound({ facts, violations }: PlayedRound, { seed, repeatOptions }: SummaryFacts) {
  const { number } = facts.round;
  const note = facts.note === '' ? '' : ` (${facts.note})`;
  return violations.map(({ code, message }) => ({
    round: number,
    what: `${describeRound(facts.round)}${note}`,
    code,
    message,
    repeat: `npm run kills -- --seed ${seed} --round ${number}${repeatOptions}`,
  }));
}

function roundDocument({ facts }: PlayedRound): KillsDocument['rounds'][number] {
  const { round: one, end, note, wasHit, telling } = facts;
  return {
    number: one.number,
    what: describeRound(one),
    note,
    wasHit,
    struckAfterMs: Math.round(facts.struckAfterMs),
    goneAfterMs: end?.goneAfterMs == null ? null : Math.round(end.goneAfterMs),
    left: [...(end?.left ?? [])],
    telling,
    verdict: facts.disturbed?.verdict ?? null,
    exits: facts.commands.map(({ line, exitCode }) => ({ line, exitCode })),
    tookMs: Math.round(facts.tookMs),
  };
}

function tenths(value: number): number {
  return Math.round(value * 10) / 10;
}
