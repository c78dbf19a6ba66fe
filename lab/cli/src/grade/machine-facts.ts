import { cpus, totalmem } from 'node:os';
import type { Report } from '@lab/sdk';

export function machineFacts(): Report['lab']['machine'] {
  return {
    platform: `${process.platform}-${process.arch}`,
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 1024 ** 3),
    node: process.version,
  };
}

/** The lab's section of a report that has no evidence. */
export function unjudgedLab(run: string, versions: Readonly<Record<string, string>>): Report['lab'] {
  return {
    run,
    problem: null,
    machine: machineFacts(),
    versions: { ...versions },
    load: { planned: 0, delivered: 0, dropped: 0 },
    phases: {},
  };
}
