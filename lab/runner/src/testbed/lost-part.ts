import { setTimeout as delay } from 'node:timers/promises';
import type { StartedPart } from '@lab/runtime';
import { LabError } from '@lab/sdk';

/** An exit is known once its output is read, which may be a moment after what failed because of it. */
const noticedWithinMs = 300;

/**
 * The first of these parts that ended although nobody asked it to, as an error of the lab; null while all run.
 * Whatever fails then says nothing of the code.
 */
export async function lossAmong(
  parts: readonly Pick<StartedPart, 'part' | 'exited'>[],
  cause?: unknown,
): Promise<LabError | null> {
  const none = delay(cause === undefined ? 0 : noticedWithinMs, null);
  const exits = await Promise.all(parts.map(({ exited }) => Promise.race([exited, none])));
  const at = exits.findIndex((exit) => exit !== null && !exit.requested);
  const [lost, exit] = [parts[at], exits[at]];
  if (lost === undefined || exit === null || exit === undefined) return null;
  const how = exit.signal === null ? `ended with exit code ${exit.exitCode}` : `was ended by ${exit.signal}`;
  return new LabError('E_PART_LOST', {
    message: `${lost.part} ${how}, and nobody asked it to.`,
    hint: `npx lab logs ${lost.part}`,
    ...(cause === undefined ? {} : { cause }),
  });
}
