import type { CommandRun } from './context.ts';

type OptionSpec = readonly [flags: string, about: string, times?: 'repeatable'];

export interface CommandSpec {
  /** As commander writes it: the name, then arguments. */
  readonly usage: string;
  readonly summary: string;
  readonly options?: readonly OptionSpec[];
  readonly load: () => Promise<CommandRun>;
}

const variantOption = [
  '--variant <name>',
  'reference, broken, mutants/<name> or solutions/<name> in place of your code',
] as const;
const seedOption = ['--seed <number>', 'repeat a run with the same random choices'] as const;

const reportOption = [
  '--report <form=file>',
  'also write the report as junit, ctrf, html or json into this file; can be repeated',
  'repeatable',
] as const;
const printedReportOption = [reportOption[0], `${reportOption[1]}; json alone prints it`, reportOption[2]] as const;

/** Every command; its code is loaded when it runs. */
export const commandTable: readonly CommandSpec[] = [
  {
    usage: 'list',
    summary: 'scenarios, with level and minutes',
    load: () => import('./commands/list.ts').then((module) => module.list),
  },
  {
    usage: 'start [scenario]',
    summary: 'start the stack under load, and your code in it',
    options: [
      ['--detach', 'return when the first loaded request has been answered'],
      seedOption,
      ['--rate <number>', 'requests per second, in place of the planned rate'],
    ],
    load: () => import('./commands/start.ts').then((module) => module.start),
  },
  {
    usage: 'status',
    summary: 'what is running, and how it does',
    load: () => import('./commands/status.ts').then((module) => module.status),
  },
  {
    usage: 'watch',
    summary: 'follow the running session',
    load: () => import('./commands/watch.ts').then((module) => module.watch),
  },
  {
    usage: 'grade [scenario]',
    summary: 'measure whether your fix holds',
    options: [
      ['--workspace <folder>', 'grade the code in this folder'],
      variantOption,
      seedOption,
      printedReportOption,
      ['--out <folder>', 'also write report.json there'],
    ],
    load: () => import('./commands/grade.ts').then((module) => module.grade),
  },
  {
    usage: 'judge <run>',
    summary: 'judge a recorded run again',
    options: [printedReportOption],
    load: () => import('./commands/judge.ts').then((module) => module.judge),
  },
  {
    usage: 'open [run]',
    summary: 'the page of a run in your browser; of the newest grade where none is named',
    options: [
      ['--console', 'the console: what runs now, and every stored run'],
      [
        '--file <name>',
        'a file of your workspace in your editor, as read-book.ts or read-book.ts:12; [run] is a scenario',
      ],
    ],
    load: () => import('./commands/open.ts').then((module) => module.open),
  },
  {
    usage: 'hint [scenario]',
    summary: 'the next hint',
    options: [
      ['--list', 'the hints you have seen'],
      ['--level <number>', 'this hint and the ones before it'],
    ],
    load: () => import('./commands/hint.ts').then((module) => module.hint),
  },
  {
    usage: 'explain <subject>',
    summary: 'what something is: a scenario, check, fault, metric, or the code of a finding or error',
    load: () => import('./commands/explain.ts').then((module) => module.explain),
  },
  {
    usage: 'diff [scenario]',
    summary: 'your changes',
    options: [['--stat', 'counts of lines by file only']],
    load: () => import('./commands/diff.ts').then((module) => module.diff),
  },
  {
    usage: 'reset [scenario]',
    summary: 'put your files back to the start; your work is kept in a backup',
    options: [['--yes', 'do not ask']],
    load: () => import('./commands/reset.ts').then((module) => module.reset),
  },
  {
    usage: 'stop',
    summary: 'stop everything',
    load: () => import('./commands/stop.ts').then((module) => module.stop),
  },
  {
    usage: 'logs [part]',
    summary: 'what a part printed',
    options: [
      ['--follow', 'go on as lines come'],
      ['--lines <number>', 'how many lines (default 40)'],
    ],
    load: () => import('./commands/logs.ts').then((module) => module.logs),
  },
  {
    usage: 'connect [part]',
    summary: 'where each part and replica is reached; of one, the command that connects to it',
    options: [['--password', 'show the password in the connection string']],
    load: () => import('./commands/connect.ts').then((module) => module.connect),
  },
  {
    usage: 'fault <action> [fault]',
    summary: 'disturb the running session by hand: list, on, off',
    options: [
      ['--target <target>', 'what is disturbed, as api-1:redis-cache'],
      ['--set <name=value>', 'on: a parameter; can be repeated', 'repeatable'],
      ['--for <duration>', 'on: ends by itself after this long, as 30s (default) or 2m'],
      ['--all', 'off: every fault'],
    ],
    load: () => import('./commands/fault.ts').then((module) => module.fault),
  },
  {
    usage: 'doctor',
    summary: 'check this machine',
    load: () => import('./commands/doctor.ts').then((module) => module.doctor),
  },
  {
    usage: 'verify [scenario...]',
    summary: 'prove scenarios: every variant must get its verdict',
    options: [
      ['--runs <number>', 'runs of each variant, stored ones included (default 1)'],
      ['--variant <name...>', 'only these variants'],
      ['--changed', 'only scenarios whose inputs changed since their proof'],
      ['--full', 'run every experiment, also for mutants'],
      ['--fresh', 'ignore stored results'],
      ['--no-store', 'leave proof.json as it is'],
      ['--busy', 'keep every core busy meanwhile'],
      ['--budget <duration>', 'begin no run after this long, as 15m or 90s'],
    ],
    load: () => import('./commands/verify.ts').then((module) => module.verify),
  },
  {
    usage: 'scenario <action> [id]',
    summary: 'for authors: new, check, refit',
    options: [
      ['--family <family>', 'new: the family; the id begins with it'],
      ['--title <text>', 'new: the title, in place of one made from the id'],
      ['--dry-run', 'refit: say what would be done, write nothing'],
      ['--keep-conflicts', 'refit: write conflict markers where an overlay does not merge'],
    ],
    load: () => import('./commands/scenario.ts').then((module) => module.scenario),
  },
  {
    usage: 'run <action> [run]',
    summary: 'recorded runs: list, show, export',
    options: [reportOption],
    load: () => import('./commands/run.ts').then((module) => module.run),
  },
];

export function commandName(spec: CommandSpec): string {
  return spec.usage.split(' ', 1)[0] ?? spec.usage;
}
