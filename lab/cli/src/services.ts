/**
 * The packages that do the work, each loaded when a command first needs it: `lab list` must not pay
 * for PostgreSQL's client. Tests put fakes in their place.
 */
export interface Services {
  runner(): Promise<Pick<typeof import('@lab/runner'), 'beginLoad' | 'createClock' | 'runGrade' | 'startTestbed'>>;
  runtime(): Promise<
    Pick<
      typeof import('@lab/runtime'),
      'cacheFolder' | 'ensureCacheFolder' | 'inspectTools' | 'resolveTools' | 'sweepLeftovers'
    >
  >;
  workspace(): Promise<typeof import('@lab/workspace')>;
  faults(): Promise<Pick<typeof import('@lab/faults'), 'createActiveFaults' | 'describeFaults' | 'faultCatalogue'>>;
  facts(): Promise<Pick<typeof import('@lab/facts'), 'collectFacts' | 'collectScenarios'>>;
  judge(): Promise<typeof import('@lab/judge')>;
  scenarios(): Promise<Pick<typeof import('@lab/scenarios'), 'listScenarioIds' | 'loadScenario'>>;
}

export const services: Services = {
  runner: () => import('@lab/runner'),
  runtime: () => import('@lab/runtime'),
  workspace: () => import('@lab/workspace'),
  faults: () => import('@lab/faults'),
  facts: () => import('@lab/facts'),
  judge: () => import('@lab/judge'),
  scenarios: () => import('@lab/scenarios'),
};
