/**
 * The three families of errors that are not our bug. Each carries a stable code, and a hint: the
 * command or action that helps. Anything else that reaches the top is a bug of the lab (exit 70).
 */
interface LabErrorDetails {
  /** What happened and why, in one or two sentences. */
  readonly message: string;
  /** The command or action that helps, without a full stop at the end. */
  readonly hint?: string;
  readonly cause?: unknown;
}

abstract class CodedError extends Error {
  readonly code: string;
  readonly hint: string | undefined;

  constructor(code: string, details: LabErrorDetails) {
    super(details.message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = new.target.name;
    this.code = code;
    this.hint = details.hint;
  }
}

/** The caller asked for something that does not exist or does not fit. Exit 64. */
export class UsageError extends CodedError {}

/** This machine cannot run what was asked for: a tool, a port, a folder. Exit 69. */
export class EnvironmentError extends CodedError {}

/** The lab could not judge. The verdict is `inconclusive`, never a mark against the learner. Exit 2. */
export class LabError extends CodedError {}

/** Which step of taking in a submission failed. */
export type RejectionStage = 'unpack' | 'build' | 'boot';

interface SubmissionErrorDetails extends LabErrorDetails {
  readonly stage: RejectionStage;
  /** Where in the learner's code, relative to the workspace, when it is known. */
  readonly location?: { readonly file: string; readonly line: number } | undefined;
}

/** The learner's code could not be unpacked, built or booted. The verdict is `rejected`. Exit 1. */
export class SubmissionError extends CodedError {
  readonly stage: RejectionStage;
  readonly location: { readonly file: string; readonly line: number } | undefined;

  constructor(code: string, details: SubmissionErrorDetails) {
    super(code, details);
    this.stage = details.stage;
    this.location = details.location;
  }
}
