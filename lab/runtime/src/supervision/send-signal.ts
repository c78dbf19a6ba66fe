import process from 'node:process';

// Imported by the guardian: node: builtins only.

/** Sends a signal to one process; nothing happens where it is gone already, or not ours to signal. */
export function signalProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // Who needs to know looks again.
  }
}

/** Sends a signal to every process of a group at once; nothing happens where nobody is left in it. */
export function signalGroup(group: number, signal: NodeJS.Signals): void {
  signalProcess(-group, signal);
}
