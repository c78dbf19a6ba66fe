import type { MetricFacts } from '@lab/facts';
import { type Explained, nothingRelated, type RelatedCheck } from './explained.ts';

const kinds: Readonly<Record<MetricFacts['type'], string>> = {
  counter: 'A counter: it only grows while its process runs, so look at how fast it grows.',
  gauge: 'A gauge: the value at this moment.',
  histogram: 'A histogram: how the values are spread, as _bucket, _sum and _count.',
};

/** What a metric of the service counts or measures, by which labels, and where it is declared. */
export function explainMetric(metric: MetricFacts, checks: readonly RelatedCheck[]): Explained {
  const { name, page, type, unit, help, labels, file, line } = metric;
  return {
    ...nothingRelated,
    kind: 'metric',
    id: name,
    title: help,
    page,
    unit,
    text: [
      kinds[type],
      ...(labels.length === 0 ? [] : [`Labels: ${labels.join(', ')}.`]),
      `Declared in ${file}:${line}. npx lab connect says where the replicas answer /metrics.`,
    ],
    checks,
  };
}
