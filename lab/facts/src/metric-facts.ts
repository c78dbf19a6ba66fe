import type { MetricFacts } from './lab-facts.ts';
import { unitOf } from './metric-unit.ts';
import type { TextFile } from './text-files.ts';
import type { WithoutChecks } from './with-checks.ts';

/** What is written down in the code of one; the rest follows from it. */
type Declared = Omit<WithoutChecks<MetricFacts>, 'page' | 'unit'>;

/** `name: '…', help: '…'`, in the options of a metric or in a table of them. */
const described = /\bname: '(?<name>[a-z_]+)',\s+help:\s*(?<quote>['"`])(?<help>.*?)\k<quote>(?<rest>(?:\$\{|[^}])*)/g;
/** Local helpers that are given a name and a help text. */
const named = /^\s*(?<helper>gauge|register)\(\s*'(?<name>[a-z_]+)',\s*'(?<help>[^']+)'/gm;
const made = /new (?<kind>Counter|Gauge|Histogram)\((?:registry, )?\{(?<options>(?:\$\{[^}]*\}|[^}])*)\}/g;
const before = /(?:new (?<kind>Counter|Gauge|Histogram)|(?<byTenant>createTenantCounter))\((?:registry, )?\{\s*$/;

/**
 * The metrics that the service declares, in the order of their names. Read from its source, since half of them exist
 * only where there is a database. Throws where one is declared in a way that cannot be read.
 */
export function metricFacts(files: readonly TextFile[]): WithoutChecks<MetricFacts>[] {
  for (const file of files) refuseUnreadable(file);
  const found = files.flatMap((file) => [...describedIn(file), ...namedIn(file)]);
  // One that is declared in two places is one.
  const byName = new Map(found.toReversed().map((metric) => [metric.name, metric]));
  return [...byName.values()]
    .map((metric) => ({
      ...metric,
      page: `/reference/metrics/#${metric.name}`,
      unit: unitOf(metric.name, metric.help),
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function describedIn({ path, text }: TextFile): Declared[] {
  return [...text.matchAll(described)].map((match) => {
    const { name = '', help = '', rest = '' } = match.groups ?? {};
    const head = before.exec(text.slice(0, match.index))?.groups;
    const type = head?.['byTenant'] ? 'counter' : ((head?.['kind']?.toLowerCase() ?? 'gauge') as MetricFacts['type']);
    const labels = head?.['byTenant'] ? ['tenant', ...labelsOf(rest)] : labelsOf(rest);
    return { name, type, help: withConstants(help, text), labels, file: path, line: lineAt(text, match.index) };
  });
}

function namedIn({ path, text }: TextFile): Declared[] {
  return [...text.matchAll(named)].map((match) => {
    const { helper, name = '', help = '' } = match.groups ?? {};
    const labels = helper === 'register' ? ['tenant'] : [];
    return { name, type: 'gauge', help, labels, file: path, line: lineAt(text, match.index) };
  });
}

/** One that is handed its name declares nothing by itself: those do that hand it over. */
function refuseUnreadable({ path, text }: TextFile): void {
  for (const match of text.matchAll(made)) {
    const options = match.groups?.['options'] ?? '';
    if (/^\s*name\s*,/.test(options) || new RegExp(described.source).test(options)) continue;
    throw new Error(`${path}:${lineAt(text, match.index)} declares a metric whose name and help cannot be read.`);
  }
}

function labelsOf(options: string): string[] {
  const list = /\b(?:labelNames: \[(?<list>[^\]]*)\]|label: (?<one>'[a-z_]+'))/.exec(options)?.groups;
  const text = list?.['list'] ?? list?.['one'] ?? '';
  return [...text.matchAll(/'(?<label>[a-z_]+)'/g)].map((match) => match.groups?.['label'] ?? '');
}

/** `${LIMIT}` in a help text, where the same file says what LIMIT is. */
function withConstants(help: string, text: string): string {
  return help.replaceAll(
    /\$\{(\w+)\}/g,
    (all, name: string) => new RegExp(`const ${name} = ([\\d_]+);`).exec(text)?.[1] ?? all,
  );
}

function lineAt(text: string, index: number): number {
  return text.slice(0, index).split('\n').length;
}
