export {
  type Answered,
  changeFaults,
  controlLoad,
  readConnections,
  readFaults,
  readStatus,
  requestStop,
  tellGrade,
} from './control-client.ts';
export type { ControlHandlers, LoadHolder } from './control-routes.ts';
export { type ControlServer, type ControlServerOptions, startControlServer } from './control-server.ts';
export { type EventLog, type LabEvent, openEventLog } from './event-log.ts';
export type { ErrorFacts } from './exchange.ts';
export { isAlive, processStartTime } from './process-identity.ts';
export type { RecordHandlers } from './record-routes.ts';
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
