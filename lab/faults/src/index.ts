export { type ActiveFaults, createActiveFaults } from './active-faults.ts';
export { faultCatalogue } from './catalogue.ts';
export { describeFaults, type FaultFacts } from './describe-faults.ts';
export type { Effect, Fault } from './fault.ts';
export type { ActiveFault, EndedFault, FaultChange, StartedFault } from './fault-records.ts';
export type { FaultGround } from './ground.ts';
export type { FaultOrder } from './order.ts';
export type { ParameterFacts } from './parameters.ts';
