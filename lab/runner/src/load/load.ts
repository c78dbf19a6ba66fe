import { join } from 'node:path';
import { type StartedK6, startEcho, startK6 } from '@lab/runtime';
import { type Clock, LabError, type Scenario } from '@lab/sdk';
import { until } from '../clock.ts';
import { openDatabaseHandle } from '../handle/database.ts';
import type { Testbed } from '../testbed/testbed.ts';
import { type LoadPoint, summarise } from './aggregate.ts';

/** What the load looked like during one second. */
export interface LoadTick {
  readonly atMs: number;
  readonly requestsPerSecond: number;
  readonly failedPerSecond: number;
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
  readonly p99Ms: number | null;
  readonly byName: Readonly<Record<string, number>>;
  /** Statements that the service executed in the database; null while that is not known. */
  readonly databaseStatementsPerSecond: number | null;
}

export interface Load {
  readonly points: readonly LoadPoint[];
  /** Moments at which k6 had no virtual user free for a planned request. */
  readonly droppedAtMs: readonly number[];
  /** Resolves when the first request to the service was answered as `first` asks for; false when none was in time. */
  firstAnswer(withinMs: number): Promise<boolean>;
  /** Why the load generator ended by itself; null while it runs. */
  failure(): unknown;
  stop(): Promise<void>;
}

interface LoadOptions {
  readonly testbed: Testbed;
  readonly scenario: Scenario;
  readonly scenarioDir: string;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly seed: number;
  readonly environment: Readonly<Record<string, string>>;
  /** What `firstAnswer` waits for. */
  readonly first: 'success' | 'any answer';
  onTick?(tick: LoadTick): void;
}

/** Points kept in memory at most; practice runs for hours. */
const pointsMax = 200_000;

/** Starts the scenario's k6 script, and with it the same load generator's calls to the echo server. */
export async function startLoad(options: LoadOptions): Promise<Load> {
  const { testbed, scenario, clock } = options;
  const echo = await startEcho(testbed.context);
  const points: LoadPoint[] = [];
  const droppedAtMs: number[] = [];
  const wallOffsetMs = Date.now() - clock.nowMs();
  let answered = false;

  const starting = startK6(testbed.context, {
    script: join(options.scenarioDir, scenario.workload.script),
    env: {
      LAB_REPLICAS: testbed.replicas.flatMap((replica) => replica.url ?? []).join(','),
      LAB_ECHO_URL: echo.url,
      LAB_RATE: String(scenario.workload.ratePerSecond),
      LAB_ECHO_RATE: String(scenario.workload.echoRatePerSecond),
      LAB_SEED: String(options.seed),
      ...options.environment,
    },
    onPoint: (point) => {
      const atMs = point.atWallMs - wallOffsetMs;
      if (point.metric === 'dropped_iterations') {
        droppedAtMs.push(atMs);
        return;
      }
      if (point.metric !== 'http_req_duration') return;
      const status = Number(point.tags['status'] ?? 0);
      const name = point.tags['name'] ?? 'other';
      const failed = status < 200 || status >= 300;
      if (name !== 'echo' && (!failed || options.first === 'any answer')) answered = true;
      if (points.length >= pointsMax) points.splice(0, pointsMax / 2);
      points.push({ atMs, name, durationMs: point.value, failed });
    },
  });
  const k6: StartedK6 = await starting.catch(async (error: unknown) => {
    await echo[Symbol.asyncDispose]();
    throw error;
  });
  const stopTicker =
    options.onTick === undefined ? undefined : startTicker({ points, clock, testbed, onTick: options.onTick });

  let ended = false;
  let failure: unknown = null;
  k6.finished.then(
    () => {
      ended = true;
    },
    (error: unknown) => {
      ended = true;
      failure = error;
    },
  );
  // Its answers vouch for the load generator: without it the load says nothing.
  void echo.exited.then((exit) => {
    if (!exit.requested) failure ??= new LabError('E_ECHO_ENDED', { message: "The lab's echo server has ended." });
  });
  return {
    points,
    droppedAtMs,
    failure: () => failure,
    firstAnswer: async (withinMs) => {
      const seen = await until(() => answered || ended, { withinMs, everyMs: 5, signal: options.signal });
      if (failure !== null) throw failure;
      if (ended && !answered) throw new LabError('E_K6_ENDED', { message: 'The load generator ended at once.' });
      return seen && answered;
    },
    stop: async () => {
      stopTicker?.();
      await k6.stop();
      await echo[Symbol.asyncDispose]();
    },
  };
}

/** Reports the last whole second, once a second, until stopped. */
function startTicker(options: {
  readonly points: readonly LoadPoint[];
  readonly clock: Clock;
  readonly testbed: Testbed;
  onTick(tick: LoadTick): void;
}): () => void {
  const statements = countStatements(options.testbed);
  const timer = setInterval(() => {
    // k6 writes its points in batches; the last moments are not all here yet.
    const toMs = options.clock.nowMs() - 300;
    const summary = summarise(lastSecond(options.points, toMs));
    options.onTick({
      atMs: toMs,
      requestsPerSecond: summary.requests,
      failedPerSecond: summary.failed,
      p50Ms: summary.requests === 0 ? null : summary.p50Ms,
      p95Ms: summary.requests === 0 ? null : summary.p95Ms,
      p99Ms: summary.requests === 0 ? null : summary.p99Ms,
      byName: countByName(lastSecond(options.points, toMs)),
      databaseStatementsPerSecond: statements.perSecond(),
    });
  }, 1_000);
  return () => {
    clearInterval(timer);
    statements.stop();
  };
}

function lastSecond(points: readonly LoadPoint[], toMs: number): readonly LoadPoint[] {
  const recent: LoadPoint[] = [];
  for (let index = points.length - 1; index >= 0; index -= 1) {
    const point = points[index];
    // Points arrive almost in order.
    if (point === undefined || point.atMs < toMs - 1_500) break;
    if (point.name !== 'echo' && point.atMs >= toMs - 1_000 && point.atMs < toMs) recent.push(point);
  }
  return recent;
}

function countByName(points: readonly LoadPoint[]): Record<string, number> {
  const byName: Record<string, number> = {};
  for (const point of points) byName[point.name] = (byName[point.name] ?? 0) + 1;
  return byName;
}

/** Asks the database for its count once a second, on a connection of its own. */
function countStatements(testbed: Testbed): { perSecond(): number | null; stop(): void } {
  let previous: number | null = null;
  let perSecond: number | null = null;
  const opening = openDatabaseHandle({
    url: testbed.adminUrl(),
    run: testbed.run,
    experiment: 'ticks',
    signal: testbed.context.signal,
  });
  const timer = setInterval(() => {
    opening
      .then((database) => database.statementCount())
      .then((count) => {
        perSecond = previous === null || count < previous ? null : count - previous;
        previous = count;
      })
      .catch(() => {
        // A database that was just replaced: the next second asks the new one.
        previous = null;
        perSecond = null;
      });
  }, 1_000);
  return {
    perSecond: () => perSecond,
    stop: () => {
      clearInterval(timer);
      opening.then((database) => database[Symbol.asyncDispose]()).catch(() => undefined);
    },
  };
}
