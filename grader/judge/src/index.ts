export {
  exitCodeFor,
  inconclusiveReport,
  type JudgedScenario,
  type JudgeInput,
  judge,
  type LabFacts,
  rejectedReport,
  type UnjudgedInput,
} from './judge.ts';
export { type Expectation, type ExpectationResult, expectation, isAsExpected } from './proof/expectation.ts';
export {
  type MatrixCell,
  type MatrixRow,
  type ProofMatrix,
  proofMatrix,
  renderMatrix,
  uselessChecks,
} from './proof/matrix.ts';
export {
  emptyProof,
  formatProof,
  type MachineLoad,
  type Proof,
  type ProofEntry,
  type ProvenRun,
  recordRun,
  summariseTimes,
  validEntry,
} from './proof/proof.ts';
export { readProof, updateProof } from './proof/proof-file.ts';
export { renderCtrf } from './render/ctrf.ts';
export { type HtmlOptions, renderHtml } from './render/html/render-html.ts';
export { renderJunit } from './render/junit.ts';
export { renderStory, type StoryOptions } from './render/story.ts';
export { type RenderOptions, renderTerminal } from './render/terminal.ts';
export { loadEvidence, loadReport, storeEvidence, storeReport } from './store/run-folder.ts';
export { type RunStory, runStory, type StoryEvent, type StoryOperations } from './story/run-story.ts';
