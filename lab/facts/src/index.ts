export { collectFacts, collectScenarios } from './collect-facts.ts';
export type {
  CheckFacts,
  FaultFacts,
  FindingCodeFacts,
  LabErrorFacts,
  LabFacts,
  MatrixCellFacts,
  MetricFacts,
  MetricUnit,
  ProblemFacts,
  ScenarioFacts,
} from './lab-facts.ts';
