import { LabError, type ReplicaName } from '@lab/sdk';
import type { Claim } from '../fault.ts';
import type { Address, FaultGround } from '../ground.ts';
import { type Observed, observe, type Talk } from '../observe/observe.ts';
import { hello, httpGet } from '../observe/talks.ts';

/** A process that runs: where it answers, and what to ask. */
export interface ProcessTarget {
  readonly pid: number;
  readonly address: Address;
  readonly talk: Talk;
}

/** One that runs answers within this time; so much is allowed on a busy machine. */
export const answerLimitMs = 400;

export function replicaNamed(ground: FaultGround, target: string): ReplicaName | null {
  return ground.names.find((name) => name === target) ?? null;
}

/** Parts whose process may be disturbed. Toxiproxy is an instrument of the lab. */
export function controlledParts(ground: FaultGround): readonly string[] {
  return ground.parts.map(({ part }) => part).filter((part) => ground.controlOf(part) !== null);
}

export function restartableParts(ground: FaultGround): readonly string[] {
  return controlledParts(ground).filter((part) => ground.controlOf(part)?.restarts !== undefined);
}

/** Parts that would stay away for the rest of the session. */
export function partsWithoutRestart(ground: FaultGround): readonly { target: string; reason: string }[] {
  return controlledParts(ground)
    .filter((part) => ground.controlOf(part)?.restarts === undefined)
    .map((part) => ({
      target: part,
      reason: `the lab cannot boot ${part} again, so it would stay away until the end of the session`,
    }));
}

/** Null while it does not run. */
export function findProcess(ground: FaultGround, target: string): ProcessTarget | null {
  const replica = ground.replicas.find(({ name }) => name === target);
  if (replica !== undefined) {
    const { hostname, port } = new URL(replica.internalUrl);
    return { pid: replica.pid, address: { host: hostname, port: Number(port) }, talk: httpGet('/livez') };
  }
  const part = ground.parts.find((candidate) => candidate.part === target);
  if (part === undefined) return null;
  const { pid, host, port } = part;
  return { pid, address: { host, port }, talk: talkOf(part.part) };
}

function talkOf(part: string): Talk {
  switch (part) {
    case 'postgres':
      return hello.postgres;
    case 's3':
      return hello.s3;
    case 'payment':
    case 'scanner':
    case 'receiver':
      // Listed is the lab's own door to it. "Who are you?" is an answer too.
      return httpGet('/');
    default:
      return hello['redis-cache'];
  }
}

export function runningProcess(ground: FaultGround, target: string): ProcessTarget {
  const found = findProcess(ground, target);
  if (found !== null) return found;
  throw new LabError('E_NOT_RUNNING', {
    message: `${target} is not running.`,
    hint: `npx lab logs ${target}`,
  });
}

export function askProcess({ address, talk }: ProcessTarget, signal: AbortSignal): Promise<Observed> {
  return observe(address, talk, { limitMs: answerLimitMs, signal });
}

/** The whole process. */
export function processClaims(target: string): readonly Claim[] {
  return [{ on: `process ${target}`, isAlone: true }];
}

/** One that is killed: a replica's links are opened again by that. */
export function killClaims(target: string): readonly Claim[] {
  return [...processClaims(target), { on: `open links of ${target}`, isAlone: true }];
}

/** Boots a replica again. */
export async function bootAgain(ground: FaultGround, replica: ReplicaName): Promise<void> {
  if (await ground.startReplica(replica)) return;
  throw new LabError('E_NOT_RUNNING', {
    message: `${replica} does not come up again.`,
    hint: `npx lab logs ${replica}`,
  });
}
