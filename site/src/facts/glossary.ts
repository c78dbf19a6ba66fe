/** One word of the lab, used for one thing everywhere: in the code, in commands, in reports and in lessons. */
export interface Term {
  readonly id: string;
  readonly word: string;
  readonly means: string;
  /** Other words of this list that it leans on, by id. */
  readonly see?: readonly string[];
  /** A page that shows one. */
  readonly page?: { readonly href: string; readonly text: string };
}

/** In alphabetical order. */
export const glossary: readonly Term[] = [
  {
    id: 'barrier',
    word: 'barrier',
    means:
      'A known point at which the lab holds the service, by a row lock or a held reply for example, so that a race is made and not awaited. A barrier that was not reached proves nothing.',
    see: ['fault', 'evidence'],
  },
  {
    id: 'broken',
    word: 'broken',
    means: 'The variant that an exercise starts with: the service with the defect.',
    see: ['variant'],
  },
  {
    id: 'check',
    word: 'check',
    means: 'Judges and never measures: a function from evidence to findings. Its id is the scenario’s and a name.',
    see: ['probe', 'finding'],
    page: { href: '/reference/checks/', text: 'All checks' },
  },
  {
    id: 'evidence',
    word: 'evidence',
    means:
      'All that a run recorded: the history, samples, the timeline, dumps of tables, and how the lab itself did. A verdict can be made again from it.',
    see: ['history', 'verdict'],
  },
  {
    id: 'fault',
    word: 'fault',
    means: 'A disturbance that carries its own undo.',
    see: ['toxic', 'barrier'],
    page: { href: '/reference/faults/', text: 'Faults by hand' },
  },
  {
    id: 'finding',
    word: 'finding',
    means: 'One fact for the learner: what was measured, what was expected, when. Each has a stable code.',
    see: ['check'],
    page: { href: '/reference/findings/', text: 'All codes' },
  },
  {
    id: 'history',
    word: 'history',
    means: 'All operations of a run, in order.',
    see: ['operation'],
  },
  {
    id: 'mutant',
    word: 'mutant',
    means: 'A fix that looks right and is wrong in one way. It proves that a check sees.',
    see: ['variant'],
  },
  {
    id: 'operation',
    word: 'operation',
    means:
      'One call of a client, with its outcome: ok, fail (it certainly had no effect) or unknown (it may take effect later).',
    see: ['workload', 'history'],
  },
  {
    id: 'part',
    word: 'part',
    means: 'One member of a stack: PostgreSQL, Redis, a replica, Toxiproxy.',
    see: ['stack'],
  },
  {
    id: 'probe',
    word: 'probe',
    means: 'Measures and never judges.',
    see: ['check', 'steady-state-hypothesis'],
  },
  {
    id: 'provider',
    word: 'provider',
    means: 'How parts run: as processes, which needs no Docker, or in containers.',
    see: ['part'],
  },
  {
    id: 'scenario',
    word: 'scenario',
    means: 'One exercise: a stack, a steady state, a workload, faults, checks, a lesson.',
    page: { href: '/', text: 'The course map' },
  },
  {
    id: 'solution',
    word: 'solution',
    means: 'Another right fix than the reference. It proves that the checks ask for a property, not for a mechanism.',
    see: ['variant'],
  },
  {
    id: 'stack',
    word: 'stack',
    means: 'The parts that run together for a scenario.',
    see: ['part'],
  },
  {
    id: 'steady-state-hypothesis',
    word: 'steady-state hypothesis',
    means: 'Probes with tolerances that hold before the faults and after them.',
    see: ['probe', 'fault'],
  },
  {
    id: 'submission',
    word: 'submission',
    means: 'What the grader receives: the files of a workspace that a scenario lets you edit.',
    see: ['workspace'],
  },
  {
    id: 'toxic',
    word: 'toxic',
    means: 'A fault that Toxiproxy makes, on the link between a replica and a dependency.',
    see: ['fault'],
  },
  {
    id: 'variant',
    word: 'variant',
    means: 'The service with some files replaced: broken, a mutant, or a solution.',
    see: ['broken', 'mutant', 'solution'],
  },
  {
    id: 'verdict',
    word: 'verdict',
    means:
      'passed, failed, rejected (it could not be unpacked, built or booted), or inconclusive (the lab could not judge, which is never counted against you).',
    see: ['check', 'evidence'],
  },
  {
    id: 'workload',
    word: 'workload',
    means: 'Planned traffic, in an open model: requests come when they come, however slow the answers are.',
    see: ['operation'],
  },
  {
    id: 'workspace',
    word: 'workspace',
    means: 'The learner’s copy of the service, with a history of its own.',
    see: ['submission'],
  },
];
