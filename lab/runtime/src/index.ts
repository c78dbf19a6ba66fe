export type { Log, RuntimeContext } from './context.ts';
export type { HaproxyBackend } from './parts/haproxy/haproxy-config.ts';
export type { BackendState } from './parts/haproxy/haproxy-runtime.ts';
export { type HaproxySpec, type StartedHaproxy, startHaproxy } from './parts/haproxy/start-haproxy.ts';
export type { K6Metric, K6Point } from './parts/k6-points.ts';
export { type PostgresSpec, type StartedPostgres, startPostgres } from './parts/postgres/start-postgres.ts';
export type { TemplateSpec } from './parts/postgres/template-store.ts';
export type { RedisName } from './parts/redis/redis-config.ts';
export { type RedisSpec, type StartedRedis, startRedis } from './parts/redis/start-redis.ts';
export { shiftedClock } from './parts/replica/shifted-clock.ts';
export {
  type ReplicaSpec,
  type StartedReplica,
  startReplica,
  startWorkerReplica,
  type WorkerReplica,
  type WorkerReplicaSpec,
} from './parts/replica/start-replica.ts';
export type { RestartablePart } from './parts/restartable-part.ts';
export { askS3, type S3Request, type S3Target } from './parts/s3/ask-s3.ts';
export { type S3Spec, type StartedS3, startS3 } from './parts/s3/start-s3.ts';
export { type StartedEcho, startEcho } from './parts/start-echo.ts';
export { type K6Result, type K6Spec, type StartedK6, startK6 } from './parts/start-k6.ts';
export { type StartedToxiproxy, startToxiproxy } from './parts/start-toxiproxy.ts';
export { type StartedWorld, startWorld, type WorldPart, type WorldSpec } from './parts/start-world.ts';
export type { StartedPart } from './parts/started-part.ts';
export type { ProxyStream, StartedProxy, ToxicEnd, Undo } from './parts/toxiproxy-proxy.ts';
export { type StartedVarnish, startVarnish, type VarnishSpec } from './parts/varnish/start-varnish.ts';
export { httpStatus } from './readiness/http-status.ts';
export { redisPing } from './readiness/redis-ping.ts';
export { type WaitOptions, waitUntil, withLimit } from './readiness/wait-until.ts';
export { freePorts } from './supervision/free-ports.ts';
export { type Guardian, startGuardian } from './supervision/guardian.ts';
export { type Journal, type JournalRecord, openJournal } from './supervision/journal.ts';
export { newRunId, type OpenRun, openRun, type RunOptions } from './supervision/open-run.ts';
export type { PauseControl } from './supervision/pause-control.ts';
export { type ExitInfo, type SpawnSpec, type Supervised, spawnPart } from './supervision/spawn-part.ts';
export { type SweepResult, sweepLeftovers } from './supervision/sweep-leftovers.ts';
export { cacheFolder, ensureCacheFolder } from './tools/cache-folder.ts';
export { inspectTools, type ResolveToolsOptions, resolveTools } from './tools/resolve-tools.ts';
export type { FoundTool, MissingTool, ToolName, ToolPaths, ToolProgress, TriedWay } from './tools/tool-types.ts';
