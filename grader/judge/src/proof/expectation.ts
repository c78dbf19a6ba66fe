import type { Report, VariantDeclaration } from '@lab/sdk';

/** What a run of a variant must show. The reference counts as a solution. */
export type Expectation =
  | { readonly verdict: 'passed' }
  | { readonly verdict: 'failed'; readonly killedBy: VariantDeclaration['killedBy'] };

/**
 * `wrong` is a mark against a scenario or the lab; `inconclusive` proves nothing and may be repeated.
 */
export interface ExpectationResult {
  readonly expected: boolean;
  readonly outcome: 'as-expected' | 'wrong' | 'inconclusive';
  /** What was seen in place of what was expected; empty when all was as expected. */
  readonly why: string;
}

/** What is declared for a variant, or for the reference. */
export function expectation(variant: 'reference' | VariantDeclaration): Expectation {
  if (variant === 'reference' || variant.name.startsWith('solutions/')) return { verdict: 'passed' };
  return { verdict: 'failed', killedBy: variant.killedBy };
}

/** True to its declaration? Reference and solutions pass; all others fail by each check that claims them. */
export function isAsExpected(report: Report, variant: 'reference' | VariantDeclaration): ExpectationResult {
  const expected = expectation(variant);
  if (report.verdict === 'inconclusive') return { expected: false, outcome: 'inconclusive', why: undecided(report) };
  const faults = expected.verdict === 'passed' ? faultsOfPass(report) : faultsOfFailure(report, expected.killedBy);
  return faults.length === 0
    ? { expected: true, outcome: 'as-expected', why: '' }
    : { expected: false, outcome: faultOutcome(report, expected), why: faults.join(' ') };
}

/** A claiming check that could not decide is no wrong verdict: it is a run to repeat. */
function faultOutcome(report: Report, expected: Expectation): 'wrong' | 'inconclusive' {
  if (expected.verdict === 'passed' || report.verdict !== 'failed') return 'wrong';
  const claiming = report.checks.filter((check) => expected.killedBy[check.id] !== undefined);
  const short = claiming.filter(
    (check) => missingCodes(check, expected.killedBy[check.id] ?? []).length > 0 || check.status !== 'failed',
  );
  return short.length > 0 && short.every((check) => check.status === 'inconclusive') ? 'inconclusive' : 'wrong';
}

function undecided(report: Report): string {
  const ids = report.checks.filter((check) => check.status === 'inconclusive').map((check) => check.id);
  return report.lab.problem ?? `Undecided: ${ids.join(', ')}.`;
}

function faultsOfPass(report: Report): string[] {
  if (report.verdict === 'passed') return [];
  if (report.verdict === 'rejected')
    return [`Rejected (${report.rejection?.code ?? 'no code'}): ${report.rejection?.message ?? ''}`];
  const failed = report.checks.filter((check) => check.status === 'failed');
  return failed.map((check) => `${check.id} failed (${failureCodes(check).join(', ')}).`);
}

type CheckResult = Report['checks'][number];

function failureCodes(check: CheckResult): string[] {
  return [
    ...new Set(check.findings.filter((finding) => finding.severity === 'failure').map((finding) => finding.code)),
  ];
}

function missingCodes(check: CheckResult, codes: readonly string[]): string[] {
  const seen = failureCodes(check);
  return codes.filter((code) => !seen.includes(code));
}

function faultsOfFailure(report: Report, killedBy: VariantDeclaration['killedBy']): string[] {
  if (report.verdict !== 'failed') return [`The verdict was ${report.verdict}, not failed.`];
  return Object.entries(killedBy).flatMap(([id, codes]) => {
    const check = report.checks.find((one) => one.id === id);
    if (check?.status !== 'failed') return [`${id} claims it and was ${check?.status ?? 'not in the report'}.`];
    const missing = missingCodes(check, codes);
    return missing.length === 0
      ? []
      : [`${id} failed without ${missing.join(', ')}; it found ${failureCodes(check).join(', ')}.`];
  });
}
