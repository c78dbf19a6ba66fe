import process from 'node:process';
import { identityOf, isAlive } from '../../machine/proc.ts';
import type { Identity } from '../../machine/proc-files.ts';
import type { Ending, Victim } from '../draw/plan.ts';
import { journalOf, otherProcesses } from '../eyes/eyes.ts';
import type { Scene } from './scenes.ts';
import { pause, type Stage } from './stage.ts';

/** What was hit, and when. */
export interface Struck {
  readonly wasHit: boolean;
  /** Process id of the part, the replica or the guardian. */
  readonly pid: number | null;
  /** The run it belonged to; null before there was one. */
  readonly run: string | null;
  /** Of the last kill, by `performance.now()`. */
  readonly atMs: number;
}

/** Kills the victim of a round, if it lives. */
export async function strike(stage: Stage, scene: Scene, victim: Victim): Promise<Struck> {
  const run = scene.watch.runs().at(-1) ?? null;
  const lab = scene.lab();
  switch (victim.kind) {
    case 'lab': {
      const frozen = victim.frozen === null ? null : partOf(stage, run, victim.frozen);
      if (frozen !== null && send(frozen, 'SIGSTOP')) send(lab, 'SIGSTOP');
      return struck(run, null, endLab(scene, lab, victim.ending));
    }
    case 'guardian-first': {
      const wasHit = send(guardianOf(run), 'SIGKILL');
      await pause(stage, victim.gapMs);
      return struck(run, null, send(lab, 'SIGKILL') && wasHit);
    }
    case 'lab-first': {
      // Looked up before: the file of the run is as good, but takes time.
      const guardian = guardianOf(run);
      const wasHit = send(lab, 'SIGKILL');
      await pause(stage, victim.gapMs);
      return struck(run, null, send(guardian, 'SIGKILL') && wasHit);
    }
    case 'guardian':
      return strikeOne(run, guardianOf(run));
    case 'command':
      return strikeOne(run, scene.command?.hasEnded() === false ? scene.command.identity : null);
    case 'part':
      return strikeOne(run, partOf(stage, run, victim.part));
    case 'replica':
      return strikeOne(run, partOf(stage, run, victim.replica));
  }
}

/** The newest process of a part that lives. */
export function partOf({ checkout }: Stage, run: string | null, part: string): Identity | null {
  const started = run === null ? [] : journalOf(checkout.labDir, run).started;
  return started.findLast((record) => record.part === part && isAlive(record)) ?? null;
}

/** The process that waits for the end of this run's lab, by its own command line. */
export function guardianOf(run: string | null): Identity | null {
  if (run === null) return null;
  return otherProcesses().find(({ command }) => command.includes(' guardian ') && command.includes(run)) ?? null;
}

function endLab(scene: Scene, lab: Identity | null, ending: Ending): boolean {
  const terminal = lab !== null && lab.pid === scene.command?.identity.pid ? scene.command : null;
  if (terminal?.hasEnded() === true) return false;
  switch (ending) {
    case 'closed-terminal':
      terminal?.closeTerminal();
      return terminal !== null;
    case 'SIGINT':
    case 'SIGHUP':
      if (terminal === null) return send(lab, ending);
      // To the group, as a terminal does.
      terminal.signal(ending);
      return true;
    default:
      return send(lab, ending);
  }
}

function strikeOne(run: string | null, identity: Identity | null): Struck {
  return struck(run, identity?.pid ?? null, send(identity, 'SIGKILL'));
}

function struck(run: string | null, pid: number | null, wasHit: boolean): Struck {
  return { run, pid, wasHit, atMs: performance.now() };
}

/** False where the very process is gone. */
function send(identity: Identity | null, signal: NodeJS.Signals): boolean {
  if (identity === null || identityOf(identity.pid)?.startTime !== identity.startTime) return false;
  try {
    process.kill(identity.pid, signal);
    return true;
  } catch {
    return false; // It ended in this moment.
  }
}
