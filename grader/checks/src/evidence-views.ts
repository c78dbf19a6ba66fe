import type { Evidence, ExperimentRecord, Operation, TableDump } from '@lab/sdk';

/** Operations of these experiments, in the order in which they started. */
export function operationsOf(evidence: Evidence, experiments: readonly string[]): readonly Operation[] {
  return evidence.history
    .filter((operation) => operation.experiment !== undefined && experiments.includes(operation.experiment))
    .toSorted((a, b) => a.startMs - b.startMs);
}

export function recordsOf(evidence: Evidence, experiment: string): readonly ExperimentRecord[] {
  return evidence.experiments.filter((record) => record.experiment === experiment);
}

/** Sum of a series' samples with these labels; 0 when there are none. */
export function total(evidence: Evidence, series: string, labels: Readonly<Record<string, string>>): number {
  return samplesOf(evidence, series, labels).reduce((sum, sample) => sum + sample.value, 0);
}

/** The series' last value with these labels; null when it was not measured. */
export function latest(evidence: Evidence, series: string, labels: Readonly<Record<string, string>>): number | null {
  return samplesOf(evidence, series, labels).at(-1)?.value ?? null;
}

function samplesOf(evidence: Evidence, series: string, labels: Readonly<Record<string, string>>): Evidence['samples'] {
  return evidence.samples.filter(
    (sample) =>
      sample.series === series && Object.entries(labels).every(([name, value]) => sample.labels?.[name] === value),
  );
}

/** Rows of all tables of this name; of one experiment, where one is named. */
export function rowsOf(evidence: Evidence, table: string, experiment?: string): TableDump['rows'] {
  const rows = evidence.tables.filter((dump) => dump.table === table).flatMap((dump) => dump.rows);
  return experiment === undefined ? rows : rows.filter((row) => row['experiment'] === experiment);
}

/** What a row or a fact holds, where that is a number. */
export function numberOrNull(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}

/** `8.31 s` into the run. */
export function moment(atMs: number): string {
  return `${(atMs / 1_000).toFixed(2)} s`;
}

/** `4.8 s`, how long something took. */
export function seconds(ms: number): string {
  return `${Number((ms / 1_000).toFixed(2))} s`;
}

/** `23 %`. */
export function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

/** `status 503`, or why there was no answer. */
export function answerOf({ status, error }: Operation): string {
  return status === 0 ? (error ?? 'no answer') : `status ${status}`;
}

/** `12.99`, as a price is written. */
export function price(cents: number | null): string {
  return cents === null ? 'no price' : (cents / 100).toFixed(2);
}

/** `operations 118, 204 and 377`, at most five of them. */
export function operationList(ids: readonly number[]): string {
  const shown = ids.slice(0, 5);
  const more = ids.length - shown.length;
  const last = shown.at(-1);
  if (last === undefined) return 'no operation';
  if (shown.length === 1) return `operation ${last}`;
  const list = `operations ${shown.slice(0, -1).join(', ')} and ${last}`;
  return more > 0 ? `${list} and ${more} more` : list;
}
