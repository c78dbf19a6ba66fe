import {
  type Check,
  type CheckResult,
  type Evidence,
  type Finding,
  type LabError,
  type Report,
  type ReportFinding,
  reportSchema,
  type Scenario,
  type SubmissionError,
  type VerdictKind,
} from '@lab/sdk';

/** What the evidence does not know about the run: the machine, versions of the parts, time per phase in ms. */
export type LabFacts = Pick<Report['lab'], 'machine' | 'versions' | 'phases'>;

/** The parts of a scenario that judging needs. */
export type JudgedScenario = Pick<Scenario, 'id' | 'checks'>;

export interface JudgeInput {
  readonly scenario: JudgedScenario;
  readonly evidence: Evidence;
  /** `workspace`, or the variant that was graded. */
  readonly subject: string;
  readonly lab: LabFacts;
  readonly ignoredFiles: readonly string[];
}

/** How one check fared before its findings are put into the report's form. */
interface Judged {
  readonly check: Check;
  readonly status: CheckResult['status'];
  readonly findings: readonly Finding[];
}

/**
 * Evidence in, report out. Pure: the same input always gives the same report. A check that throws is
 * a bug of ours and is rethrown with the check's id.
 */
export function judge(input: JudgeInput): Report {
  const { scenario, evidence } = input;
  const judged = judgeChecks(scenario, evidence);
  const checks = judged.map(checkResult);
  return assertReport({
    schema: 'lab.grade/1',
    scenario: scenario.id,
    subject: input.subject,
    verdict: verdictOf(checks),
    ...scores(checks),
    seed: evidence.seed,
    checks,
    rejection: null,
    ignoredFiles: [...input.ignoredFiles],
    lab: labSection(input),
  });
}

function labSection({ evidence, lab }: JudgeInput): Report['lab'] {
  const problem = labProblem(evidence);
  const { load } = evidence.labHealth;
  return { run: evidence.run, problem, machine: lab.machine, versions: lab.versions, load, phases: lab.phases };
}

/** Why this run proves nothing about the code; null when it does. */
function labProblem({ labHealth, referenceBaseline }: Evidence): string | null {
  if (labHealth.problem !== null) return labHealth.problem;
  if (referenceBaseline !== 'failed') return null;
  return 'the reference service does not hold its steady state on this machine either.';
}

function judgeChecks(scenario: JudgedScenario, evidence: Evidence): Judged[] {
  const applicable = scenario.checks.filter((check) => isSelected(check, evidence));
  const steady = applicable.find(isSteadyState);
  const steadyFindings = steady === undefined ? [] : findingsOf(steady, evidence);
  // At rest nothing can be said of behaviour under faults: other findings would mislead.
  const isBrokenAtRest = statusOf(steadyFindings) === 'failed';
  return scenario.checks.map((check) => {
    if (check === steady) return weigh(check, steadyFindings, evidence);
    if (isBrokenAtRest || !applicable.includes(check)) return { check, status: 'not-applicable', findings: [] };
    return weigh(check, findingsOf(check, evidence), evidence);
  });
}

function isSteadyState(check: Check): boolean {
  return check.id.endsWith('/steady-state');
}

function isSelected(check: Check, evidence: Evidence): boolean {
  return check.experiments.length === 0 || check.experiments.some((id) => evidence.selected.includes(id));
}

function findingsOf(check: Check, evidence: Evidence): readonly Finding[] {
  try {
    return check.judge(evidence);
  } catch (cause) {
    throw new Error(`Check "${check.id}" threw while it judged run ${evidence.run}.`, { cause });
  }
}

function statusOf(findings: readonly Finding[]): 'passed' | 'failed' | 'inconclusive' {
  if (findings.some((finding) => finding.severity === 'failure')) return 'failed';
  return findings.some((finding) => finding.severity === 'inconclusive') ? 'inconclusive' : 'passed';
}

/**
 * With an unhealthy lab a pass says nothing. A failure stands where a forced order of events decided
 * it; one that load alone decided, the steady state above all, may be the lab's own doing.
 */
function weigh(check: Check, findings: readonly Finding[], evidence: Evidence): Judged {
  const status = statusOf(findings);
  const problem = labProblem(evidence);
  const isCertain = status === 'failed' && check.experiments.length > 0 && !isSteadyState(check);
  if (problem === null || isCertain) return { check, status, findings };
  return { check, status: 'inconclusive', findings: [...findings, labFinding(problem)] };
}

function labFinding(problem: string): Finding {
  return {
    code: 'LAB_NOT_HEALTHY',
    severity: 'inconclusive',
    message: `The lab cannot vouch for this run: ${problem}`,
    measured: { text: 'the lab was not healthy' },
    expected: { text: 'a healthy lab during the whole run' },
    atMs: null,
    refs: {},
  };
}

function checkResult({ check, status, findings }: Judged): CheckResult {
  return {
    id: check.id,
    title: check.title,
    status,
    points: status === 'passed' ? check.points : 0,
    maxPoints: check.points,
    findings: findings.map((finding) => reportFinding(finding, check)),
  };
}

function reportFinding(finding: Finding, check: Check): ReportFinding {
  return {
    code: finding.code,
    severity: finding.severity,
    message: finding.message,
    measured: { ...finding.measured },
    expected: { ...finding.expected },
    at: finding.atMs,
    refs: {
      ...(finding.refs.operations === undefined ? {} : { operations: [...finding.refs.operations] }),
      ...(finding.refs.experiment === undefined ? {} : { experiment: finding.refs.experiment }),
      ...(finding.refs.during === undefined ? {} : { during: [...finding.refs.during] }),
    },
    lesson: check.lesson,
  };
}

function verdictOf(checks: readonly CheckResult[]): VerdictKind {
  if (checks.some((check) => check.status === 'failed')) return 'failed';
  return checks.some((check) => check.status === 'inconclusive') ? 'inconclusive' : 'passed';
}

function scores(checks: readonly CheckResult[]): { score: number; maxScore: number } {
  return {
    score: checks.reduce((sum, check) => sum + check.points, 0),
    maxScore: checks.reduce((sum, check) => sum + check.maxPoints, 0),
  };
}

/** Catches what types cannot: a check that measured NaN would print a report no reader can parse. */
function assertReport(report: Report): Report {
  const parsed = reportSchema.safeParse(report);
  if (parsed.success) return parsed.data;
  const places = parsed.error.issues.map((issue) => `${placeOf(report, issue.path)}: ${issue.message}`);
  throw new Error(`The report of run ${report.lab.run} does not fit lab.grade/1. ${places.join('; ')}`);
}

function placeOf(report: Report, path: readonly PropertyKey[]): string {
  const [section, index] = path;
  const check = section === 'checks' && typeof index === 'number' ? report.checks[index]?.id : undefined;
  return [...(check === undefined ? [] : [`check "${check}"`]), path.map(String).join('.')].join(' at ');
}

export interface UnjudgedInput {
  readonly scenario: JudgedScenario;
  readonly subject: string;
  readonly seed: number;
  /** The whole section: there is no evidence to take the rest from. */
  readonly lab: Report['lab'];
  readonly ignoredFiles: readonly string[];
}

/** The report of a submission that could not be unpacked, built or booted. No check was applied. */
export function rejectedReport(input: UnjudgedInput & { readonly error: SubmissionError }): Report {
  const { error } = input;
  return assertReport({
    ...unjudged(input, 'not-applicable'),
    verdict: 'rejected',
    rejection: {
      stage: error.stage,
      code: error.code,
      message: error.message,
      ...(error.hint === undefined ? {} : { hint: error.hint }),
      ...(error.location === undefined ? {} : { file: error.location.file, line: error.location.line }),
    },
  });
}

/** The report of a run in which the lab broke down before there was evidence to judge. */
export function inconclusiveReport(input: UnjudgedInput & { readonly error: LabError }): Report {
  const { message, hint } = input.error;
  const problem = hint === undefined ? message : `${message} What helps: ${hint}`;
  const report = unjudged(input, 'inconclusive');
  return assertReport({ ...report, verdict: 'inconclusive', lab: { ...report.lab, problem } });
}

function unjudged(input: UnjudgedInput, status: CheckResult['status']): Report {
  const checks = input.scenario.checks.map((check) => checkResult({ check, status, findings: [] }));
  return {
    schema: 'lab.grade/1',
    scenario: input.scenario.id,
    subject: input.subject,
    verdict: 'inconclusive',
    ...scores(checks),
    seed: input.seed,
    checks,
    rejection: null,
    ignoredFiles: [...input.ignoredFiles],
    lab: input.lab,
  };
}

/** 0 passed, 1 failed or rejected, 2 inconclusive. */
export function exitCodeFor(report: Pick<Report, 'verdict'>): 0 | 1 | 2 {
  switch (report.verdict) {
    case 'passed':
      return 0;
    case 'failed':
    case 'rejected':
      return 1;
    case 'inconclusive':
      return 2;
  }
}
