/** One line of a chart. */
export interface SeriesDefinition {
  /** As ticks name it. */
  readonly id: string;
  readonly label: string;
  /** A variable of the page's colours. */
  readonly colour: string;
  /** Lengths of dashes; empty for a whole line. Lines differ by more than colour. */
  readonly dash: readonly number[];
}

export interface ChartDefinition {
  readonly id: string;
  readonly title: string;
  readonly unit: string;
  /** Where the figures come from, and what they leave out. */
  readonly about: string;
  readonly series: readonly SeriesDefinition[];
}

const whole: readonly number[] = [];
const dashed: readonly number[] = [7, 4];
const dotted: readonly number[] = [2, 3];

/** The six charts of a run, in the order in which a trouble usually travels. */
export const charts: readonly ChartDefinition[] = [
  {
    id: 'rate',
    title: 'Requests',
    unit: '/s',
    about: 'Of the load; of a stored grade, those of the lab’s own clients.',
    series: [
      { id: 'requestsPerSecond', label: 'all', colour: '--ink', dash: whole },
      { id: 'failedPerSecond', label: 'failed', colour: '--fail', dash: dashed },
    ],
  },
  {
    id: 'latency',
    title: 'Latency',
    unit: 'ms',
    about: 'From the request to the whole answer, of the second before.',
    series: [
      { id: 'p50Ms', label: 'p50', colour: '--ink', dash: whole },
      { id: 'p95Ms', label: 'p95', colour: '--unsure', dash: dotted },
      { id: 'p99Ms', label: 'p99', colour: '--accent', dash: dashed },
    ],
  },
  {
    id: 'errors',
    title: 'Failed',
    unit: '%',
    about: 'Share of requests without a good answer.',
    series: [{ id: 'failedPercent', label: 'failed', colour: '--fail', dash: whole }],
  },
  {
    id: 'pool',
    title: 'Connection pools',
    unit: '',
    about: 'As the replicas tell it, added up.',
    series: [
      { id: 'poolInUse', label: 'in use', colour: '--ink', dash: whole },
      { id: 'poolWaiting', label: 'waiting', colour: '--fail', dash: dashed },
    ],
  },
  {
    id: 'queue',
    title: 'Queues',
    unit: '',
    about: 'What waits for the workers, and for how many seconds the oldest has waited.',
    series: [
      { id: 'queueDepth', label: 'waiting', colour: '--ink', dash: whole },
      { id: 'queueOldestSeconds', label: 'oldest, s', colour: '--accent', dash: dashed },
    ],
  },
  {
    id: 'stores',
    title: 'Cache and database',
    unit: '',
    about: 'Share of reads that the cache answers, and statements that reach the database.',
    series: [
      { id: 'cacheHitPercent', label: 'hits, %', colour: '--pass', dash: whole },
      { id: 'databaseStatementsPerSecond', label: 'statements/s', colour: '--accent', dash: dashed },
    ],
  },
];
