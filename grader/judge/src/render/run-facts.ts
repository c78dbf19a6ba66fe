import type { Report } from '@lab/sdk';

/** When the run began: its id holds the moment, in UTC. Null for an id of another form. */
export function startedAt({ lab }: Report): Date | null {
  const match = /^(\d{4})(\d\d)(\d\d)-(\d\d)(\d\d)(\d\d)-/.exec(lab.run);
  if (match === null) return null;
  const [, year, month, day, hour, minute, second] = match;
  const date = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(date.getTime()) ? null : date;
}

/** How long the run's phases took together. */
export function phasesMs({ lab }: Report): number {
  return Object.values(lab.phases).reduce((sum, ms) => sum + ms, 0);
}

/** `linux-x64, 2 cores, 24 GiB, Node 24.21.0`. */
export function machineText({ lab }: Report): string {
  const { platform, cores, memoryGiB, node } = lab.machine;
  return `${platform}, ${cores} ${cores === 1 ? 'core' : 'cores'}, ${memoryGiB} GiB, Node ${node.replace(/^v/, '')}`;
}

/** The command that repeats a run with the same random choices. */
export function repeatCommand({ scenario, subject, seed }: Report): string {
  const variant = subject === 'workspace' ? '' : ` --variant ${subject}`;
  return `npx lab grade ${scenario}${variant} --seed ${seed}`;
}
