export { type Answered, changeFaults, controlLoad, readFaults, readStatus, requestStop } from './control-client.ts';
export {
  type ControlHandlers,
  type ControlServer,
  type ControlServerOptions,
  type ErrorFacts,
  type LoadHolder,
  startControlServer,
} from './control-server.ts';
export { type EventLog, type LabEvent, openEventLog } from './event-log.ts';
export { isAlive, processStartTime } from './process-identity.ts';
export {
  type ClaimResult,
  claimSession,
  createToken,
  readSession,
  releaseSession,
  type SessionRecord,
  type SessionState,
  updateSession,
} from './session-file.ts';
