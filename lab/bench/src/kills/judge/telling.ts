import { z } from 'zod';

const statusSchema = z.object({
  running: z.boolean(),
  phase: z.string(),
  labPid: z.number().nullable(),
  problem: z.string().nullable(),
  parts: z.array(z.object({ part: z.string(), pid: z.number() })),
  replicas: z.array(z.object({ name: z.string(), up: z.boolean(), pid: z.number().nullable() })),
});

/** What `lab status --json` says, as far as it matters here. */
export type Status = z.infer<typeof statusSchema>;

/** Null for what is no status. */
export function parseStatus(text: string): Status | null {
  const parsed = statusSchema.safeParse(parseJson(text));
  return parsed.success ? parsed.data : null;
}

/** Everything that the scenario has runs, and is under load. */
export function isWhole({ running, phase, problem, replicas }: Status): boolean {
  return running && phase === 'load' && problem === null && replicas.every(({ up }) => up);
}

/** A replica that was killed must not be shown as the process that it was. */
export function isReplicaTold(status: Status, replica: string, killedPid: number): boolean {
  const found = status.replicas.find(({ name }) => name === replica);
  if (!status.running || found === undefined) return false;
  return !found.up || (found.pid !== null && found.pid !== killedPid);
}

/** A part that was killed must be named, or be listed no more. `last`: what an ended session said at last. */
export function isPartTold(status: Status, part: string, last: string): boolean {
  if (!status.running) return last.includes(part);
  if (status.problem?.includes(part) === true) return true;
  // The load generator and the echo server are never listed.
  const isListedEver = part !== 'k6' && part !== 'echo';
  return isListedEver && status.phase !== 'starting' && !status.parts.some((listed) => listed.part === part);
}

/** Any JSON; null for what is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
