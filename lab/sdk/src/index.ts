export type { Check, EvidenceRefs, Finding, Measurement } from './check.ts';
export { EnvironmentError, LabError, type RejectionStage, SubmissionError, UsageError } from './errors.ts';
export type {
  Evidence,
  ExperimentRecord,
  LabHealth,
  Sample,
  TableDump,
  TimelineEvent,
  UnexpectedExit,
} from './evidence.ts';
export type {
  Clock,
  CommitGate,
  CommittedChange,
  CommitWatch,
  DatabaseHandle,
  DatabaseHold,
  Experiment,
  ExperimentHandle,
  ExperimentOutcome,
  Held,
  KeyStoreHandle,
  LinkHandle,
  ProcessHandle,
  Random,
  RequestResult,
  RequestSpec,
  StoppedProcess,
} from './handle.ts';
export { loadStalled, overDatabaseBudget } from './load-stalled.ts';
export { loginView, notLetIn, preparation } from './login.ts';
export type {
  HeldRows,
  LockedWork,
  LockWait,
  LockWatch,
  LongReport,
  MigrationEnd,
  MigrationHandle,
  MigrationProcess,
  MigrationSite,
  RolloutProgram,
  SeenTransaction,
  StatementWatch,
} from './migrations.ts';
export type {
  ObjectContent,
  ObjectFacts,
  ObjectStoreHandle,
  SignedForm,
  StoreAnswer,
} from './object-store.ts';
export type { Operation, Outcome } from './operation.ts';
export type {
  HeldCall,
  PaymentBehaviour,
  PaymentHandle,
  PaymentHold,
  ProviderCall,
  ProviderCharge,
} from './payment.ts';
export type { HeldMessage, ReceivedMessage, ReceiverBehaviour, ReceiverHandle, ReceiverHold } from './receiver.ts';
export { type CheckResult, type Report, type ReportFinding, reportSchema, type VerdictKind } from './report.ts';
export type { HeldScan, Scan, ScanBehaviour, ScanHold, ScannerHandle } from './scanner.ts';
export { defineScenario, type Scenario, type ScenarioStory, scenarioProblems, type WorkloadSpec } from './scenario.ts';
export type {
  ApiName,
  DependencyName,
  PartKind,
  ProcessKind,
  ReplicaName,
  StackPart,
  StackSpec,
  WorkerName,
} from './stack.ts';
export { stackParts } from './stack-problems.ts';
export { unfinishedParts } from './unfinished-parts.ts';
export type { VariantDeclaration, VariantKind } from './variant.ts';
