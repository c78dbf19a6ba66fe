import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import type { Clock, LabHealth } from '@lab/sdk';
import type { Testbed } from '../testbed/testbed.ts';
import { summarise } from './aggregate.ts';
import type { Load } from './load.ts';

interface Canary {
  readonly part: string;
  failed: number;
  maxMs: number;
}

/** Watches that the lab itself is well, by connections that do not pass through the service. */
export interface HealthWatch {
  /** Ends the watch and says what it saw. */
  finish(load: LoadFacts): Promise<LabHealth>;
}

interface LoadFacts {
  readonly load: Load | null;
  /** Planned requests in the calm windows. */
  readonly planned: number;
  readonly delivered: number;
  readonly dropped: number;
}

export function watchHealth(testbed: Testbed, clock: Clock): HealthWatch {
  const stop = new AbortController();
  const stall = monitorEventLoopDelay({ resolution: 10 });
  stall.enable();
  const canaries = testbed.canaries.map((probe) => ({ part: probe.part, failed: 0, maxMs: 0, ping: probe.ping }));
  const rounds = Promise.all(canaries.map((canary) => watchPart(canary, clock, stop.signal)));
  return {
    finish: async (facts) => {
      stop.abort();
      await rounds;
      stall.disable();
      return healthOf(canaries, facts, stall.max / 1e6);
    },
  };
}

async function watchPart(canary: Canary & { ping(): Promise<void> }, clock: Clock, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const startMs = clock.nowMs();
    try {
      await canary.ping();
    } catch {
      canary.failed += 1;
    }
    canary.maxMs = Math.max(canary.maxMs, clock.nowMs() - startMs);
    // Aborted while waiting means that the run is over.
    await delay(250, undefined, { signal }).catch(() => undefined);
  }
}

/** The figures, and the reason why the lab cannot vouch for the run where there is one. */
function healthOf(canaries: readonly Canary[], facts: LoadFacts, runnerStallMsMax: number): LabHealth {
  const echo = summarise((facts.load?.points ?? []).filter((point) => point.name === 'echo'));
  const health = {
    echo: { requests: echo.requests, failed: echo.failed, p95Ms: echo.p95Ms, maxMs: echo.maxMs },
    load: { planned: facts.planned, delivered: facts.delivered, dropped: facts.dropped },
    canaries: canaries.map(({ part, failed, maxMs }) => ({ part, failed, maxMs })),
    runnerStallMsMax,
  };
  return { ...health, problem: problemOf(health) };
}

/** Echo answers later than this at p95 mean that this machine had no time for the load generator. */
const echoLateMs = 500;

/** Pure, so that each reason has a test. */
export function problemOf(health: Omit<LabHealth, 'problem'>): string | null {
  const dead = health.canaries.find((canary) => canary.failed > 0);
  if (dead !== undefined) return `The lab's own connection to ${dead.part} failed ${dead.failed} times.`;
  if (health.echo.failed > 0)
    return `The lab's echo server failed ${health.echo.failed} of ${health.echo.requests} requests.`;
  const late = health.load.delivered < health.load.planned * 0.95;
  if (late && health.echo.p95Ms > echoLateMs) {
    return `Only ${health.load.delivered} of ${health.load.planned} planned requests were sent, and the echo server was late too (p95 ${Math.round(health.echo.p95Ms)} ms): this machine was too busy.`;
  }
  if (health.runnerStallMsMax > 3_000) {
    return `The lab itself stood still for ${Math.round(health.runnerStallMsMax)} ms: this machine was too busy.`;
  }
  return null;
}
