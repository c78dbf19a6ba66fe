import { join } from 'node:path';
import type { Testbed } from '@lab/runner';
import type { LabError, Report, Scenario, SubmissionError, TimelineEvent } from '@lab/sdk';
import type { VariantName } from '@lab/workspace';
import type { Context } from '../context.ts';
import { unjudgedLab } from './machine-facts.ts';

/** Whose code is graded. */
export interface Subject {
  /** `workspace`, or the variant's name. */
  readonly name: string;
  readonly variant: VariantName;
  /** The learner's folder, laid on the variant. */
  readonly from?: string;
}

export interface GradeSubjectOptions {
  readonly testbed: Testbed;
  readonly scenario: Scenario;
  readonly subject: Subject;
  readonly seed: number;
  readonly versions: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /** Checks to run the experiments of; default all. */
  readonly checks?: readonly string[];
  /** Folder for the evidence; default the run's. */
  readonly evidenceDir?: string;
  onEvent?(event: TimelineEvent): void;
}

/**
 * Grades one subject on a running testbed. What the submission breaks becomes a `rejected` report,
 * what the lab could not do an `inconclusive` one; all else is thrown.
 */
export async function gradeSubject(context: Context, options: GradeSubjectOptions): Promise<Report> {
  const { testbed, scenario, subject, seed, versions } = options;
  const judging = await context.services.judge();
  const runner = await context.services.runner();
  const evidenceDir = options.evidenceDir ?? testbed.runDir;
  let ignoredFiles: readonly string[] = [];
  try {
    const code = await materialiseSubject(context, options);
    ignoredFiles = code.ignored;
    const graded = await runner.runGrade({
      testbed,
      scenario,
      repoRoot: context.repoRoot,
      codeDir: code.codeDir,
      isReference: subject.variant === 'reference' && subject.from === undefined,
      seed,
      signal: options.signal,
      ...(options.checks === undefined ? {} : { checks: options.checks }),
      ...(options.onEvent === undefined ? {} : { onEvent: options.onEvent }),
    });
    await judging.storeEvidence(evidenceDir, graded.evidence);
    const { machine, phases } = graded;
    const lab = { machine: { ...machine }, phases: { ...phases }, versions: { ...versions } };
    const report = judging.judge({ scenario, evidence: graded.evidence, subject: subject.name, lab, ignoredFiles });
    await judging.storeReport(evidenceDir, report);
    return report;
  } catch (error) {
    options.signal.throwIfAborted();
    const input = { scenario, subject: subject.name, seed, lab: unjudgedLab(testbed.run, versions), ignoredFiles };
    const report = isNamed(error, 'SubmissionError')
      ? judging.rejectedReport({ ...input, error: error as SubmissionError })
      : isNamed(error, 'LabError')
        ? judging.inconclusiveReport({ ...input, error: error as LabError })
        : null;
    if (report === null) throw error;
    await judging.storeReport(evidenceDir, report);
    return report;
  }
}

async function materialiseSubject(context: Context, options: GradeSubjectOptions) {
  const { testbed, scenario, subject } = options;
  const { materialise } = await context.services.workspace();
  return await materialise({
    repoRoot: context.repoRoot,
    target: join(testbed.runDir, 'code'),
    scenario: scenario.id,
    variant: subject.variant,
    ...(subject.from === undefined ? {} : { editable: { from: subject.from, globs: scenario.editable } }),
  });
}

function isNamed(error: unknown, name: string): boolean {
  return error instanceof Error && error.name === name;
}
