export { assertSafePath, submissionLimits } from './editable-files.ts';
export { blobId, treeHash } from './hashes.ts';
export { type Materialised, type MaterialiseOptions, materialise } from './materialise.ts';
export { overlayLimits, overlayProblems } from './overlay-limits.ts';
export {
  currentLock,
  type OverlayLock,
  readLock,
  type StaleOverlay,
  staleOverlays,
  writeLock,
} from './overlay-lock.ts';
export {
  assertScenarioId,
  assertVariantName,
  overlayDir,
  scenarioDir,
  serviceDir,
  type VariantName,
  variantsDir,
  workspaceDir,
} from './paths.ts';
export { describeRefit, type RefitOptions, type RefitResult, refit } from './refit.ts';
export { type ResetOptions, type ResetWorkspace, resetWorkspace } from './reset-workspace.ts';
export { typecheckVariants, type VariantDiagnostics } from './typecheck-variants.ts';
export { listScenarioIds, listVariants } from './variants.ts';
export { type CreatedWorkspace, createWorkspace, type WorkspaceOptions } from './workspace.ts';
export { type DiffOptions, workspaceDiff } from './workspace-diff.ts';
export { type ChangedFile, type WorkspaceState, workspaceState } from './workspace-state.ts';
