import { type Draws, drawsOf, pick, weighted } from './draws.ts';

/** What the lab is doing when somebody is killed. */
export type Phase = 'start' | 'load' | 'fault' | 'save' | 'stop' | 'grade';

/** How the lab itself is ended. `closed-terminal`: nobody reads its output any more, and SIGHUP comes. */
export type Ending = 'SIGKILL' | 'SIGTERM' | 'SIGINT' | 'SIGHUP' | 'closed-terminal';

/** Who is killed. All but the lab by SIGKILL. */
export type Victim =
  /** `frozen`: a part that is stopped by SIGSTOP first, and the lab with it. */
  | { readonly kind: 'lab'; readonly ending: Ending; readonly frozen: string | null }
  | { readonly kind: 'guardian' }
  | { readonly kind: 'guardian-first'; readonly gapMs: number }
  | { readonly kind: 'lab-first'; readonly gapMs: number }
  /** The command that waits for a detached session to start, or to stop. */
  | { readonly kind: 'command' }
  | { readonly kind: 'part'; readonly part: string }
  | { readonly kind: 'replica'; readonly replica: string };

/** One round. Shares, from 0 up to 1, are of lengths and lists that are known only when it is played. */
export interface Round {
  readonly number: number;
  readonly scenario: string;
  readonly phase: Phase;
  readonly victim: Victim;
  /** How far into the phase. */
  readonly moment: number;
  readonly fault: number;
  readonly target: number;
  /** Killed while the fault is being put on, not once it is. */
  readonly isInjecting: boolean;
  /** The lab runs in the terminal, not detached. */
  readonly isForeground: boolean;
  /** The start makes the workspace too. */
  readonly isFirstStart: boolean;
  /** `lab start` comes right after. */
  readonly startsAgain: boolean;
}

/** What can be killed in a scenario. */
export interface StackFacts {
  readonly scenario: string;
  readonly parts: readonly string[];
  readonly replicas: readonly string[];
}

/** Rounds that share a scenario, so that one session serves several of them. */
const roundsPerScenario = 10;
const startsAgainEvery = 10;

const phaseWeights = [
  ['start', 20],
  ['load', 16],
  ['fault', 26],
  ['save', 13],
  ['stop', 13],
  ['grade', 12],
] as const;

type Kind = Victim['kind'];

const victimWeights: Readonly<Record<Phase, readonly (readonly [Kind, number])[]>> = {
  start: weightsOf({ lab: 6, guardian: 2, 'guardian-first': 1, 'lab-first': 1, command: 1, part: 2, replica: 1 }),
  load: weightsOf({ lab: 3, guardian: 1, 'guardian-first': 1, 'lab-first': 2, part: 3, replica: 2 }),
  fault: weightsOf({ lab: 5, guardian: 1, 'guardian-first': 1, 'lab-first': 2, part: 2, replica: 1 }),
  save: weightsOf({ lab: 3, guardian: 1, 'lab-first': 1, part: 1, replica: 2 }),
  stop: weightsOf({ lab: 3, guardian: 1, 'guardian-first': 1, 'lab-first': 1, command: 2, part: 1 }),
  grade: weightsOf({ lab: 4, guardian: 1, 'guardian-first': 1, 'lab-first': 1, part: 3, replica: 1 }),
};

/** The round of this number; the same for the same seed and stacks. */
export function planRound(options: {
  readonly seed: number;
  readonly number: number;
  readonly stacks: readonly StackFacts[];
}): Round {
  const { seed, number, stacks } = options;
  const block = Math.floor((number - 1) / roundsPerScenario);
  const stack = pick(drawsOf(seed, block)('scenario'), stacks);
  const draw = drawsOf(seed, number);
  const phase = weighted(draw('phase'), phaseWeights);
  const victim = drawVictim(draw, phase, stack);
  const isAsked = victim.kind === 'lab' && victim.ending !== 'SIGKILL';
  return {
    number,
    scenario: stack.scenario,
    phase,
    victim,
    moment: draw('moment'),
    fault: draw('fault'),
    target: draw('target'),
    isInjecting: draw('injecting') < 0.3,
    // Of the others the lab lives on, and a detached one serves the next rounds.
    isForeground: phase === 'start' && victim.kind === 'lab' && (isAsked || draw('foreground') < 0.3),
    isFirstStart: phase === 'start' && draw('first') < 0.3,
    startsAgain: number % startsAgainEvery === 0,
  };
}

function drawVictim(draw: Draws, phase: Phase, stack: StackFacts): Victim {
  const kind = weighted(draw('victim'), victimWeights[phase]);
  switch (kind) {
    case 'lab':
      return drawLab(draw, phase, stack);
    case 'guardian-first':
      return { kind, gapMs: Math.round(draw('gap') * 20) };
    case 'lab-first':
      return { kind, gapMs: Math.round(draw('gap') * 200) };
    case 'part':
      return { kind, part: pick(draw('part'), [...stack.parts, 'k6', 'echo']) };
    case 'replica':
      return { kind, replica: pick(draw('replica'), stack.replicas) };
    default:
      return { kind };
  }
}

function drawLab(draw: Draws, phase: Phase, stack: StackFacts): Victim {
  // A detached session has no terminal.
  const hasTerminal = phase === 'start' || phase === 'grade';
  const ending = weighted<Ending>(draw('ending'), [
    ['SIGKILL', 76],
    ['SIGTERM', 6],
    ['SIGINT', 6],
    ['SIGHUP', hasTerminal ? 6 : 12],
    ['closed-terminal', hasTerminal ? 6 : 0],
  ]);
  const isFrozen = ending === 'SIGKILL' && draw('frozen') < 0.2;
  return { kind: 'lab', ending, frozen: isFrozen ? pick(draw('part'), [...stack.parts, ...stack.replicas]) : null };
}

function weightsOf(weights: Partial<Record<Kind, number>>): readonly (readonly [Kind, number])[] {
  return Object.entries(weights).map(([kind, weight]) => [kind as Kind, weight] as const);
}
