import type { ExperimentHandle, Held, ScanBehaviour } from '@lab/sdk';
import { inTurn } from './in-turn.ts';

/**
 * What the scanner does, for experiments that run side by side. It knows one list for all of them, which is sent anew
 * with each change: of two that are sent at once, the older one may arrive last.
 */
export async function scannerSays(h: ExperimentHandle, behaviours: readonly ScanBehaviour[]): Promise<Held> {
  const held = await inTurn(h, 'scanner', () => h.scanner.behave(behaviours));
  const release = (): Promise<void> => inTurn(h, 'scanner', () => held.release());
  return { release, [Symbol.asyncDispose]: release };
}
