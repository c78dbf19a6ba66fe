import { setTimeout as sleep } from 'node:timers/promises';
import type { StateLog } from '../../platform/state-log.ts';
import type { Claim, ClaimNext } from './claim-deliveries.ts';

export interface DeliveryLoop {
  /** Takes nothing more, gives what is in hand `graceMs` to finish, then interrupts it. */
  stop(graceMs: number): Promise<void>;
}

interface DeliveryLoopParts {
  readonly claimNext: ClaimNext;
  /** Never rejects, and ends soon after the signal. */
  readonly perform: (claim: Claim, signal: AbortSignal) => Promise<void>;
  readonly concurrency: number;
  readonly pollMs: number;
  readonly state: StateLog;
}

/** A turn is one delivery. With more, whoever follows a slow turn would find several places free and take them all. */
const TURN = 1;

/** Takes deliveries as long as there is a free place for them. Any number of workers may do so at the same time. */
export function startDeliveryLoop({ claimNext, perform, concurrency, pollMs, state }: DeliveryLoopParts): DeliveryLoop {
  const [stopping, interrupting] = [new AbortController(), new AbortController()];
  const inHand = new Set<Promise<void>>();
  let wake = () => {};
  const ended = run();

  return {
    async stop(graceMs) {
      stopping.abort();
      wake();
      await ended;
      const expired = new AbortController();
      const pause = sleep(graceMs, undefined, { signal: expired.signal }).catch(() => {}); // All were done in time.
      await Promise.race([Promise.all(inHand), pause]);
      expired.abort();
      interrupting.abort();
      await Promise.all(inHand);
    },
  };

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      if (inHand.size >= concurrency) await untilFree();
      else if (!(await takeTurn())) await rest();
    }
  }

  /** False when there is nothing to do for now. */
  async function takeTurn(): Promise<boolean> {
    try {
      const claims = await claimNext(TURN);
      state.works();
      for (const claim of claims ?? []) begin(claim);
      return claims !== undefined;
    } catch (error) {
      state.fails(error);
      return false;
    }
  }

  function begin(claim: Claim): void {
    const work = perform(claim, interrupting.signal).finally(() => {
      inHand.delete(work);
      wake();
    });
    inHand.add(work);
  }

  /** A promise of its own each time: one that lives on would keep whoever has ever waited for it. */
  async function untilFree(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    wake = resolve;
    await promise;
  }

  async function rest(): Promise<void> {
    await sleep(pollMs, undefined, { signal: stopping.signal }).catch(() => {}); // Told to stop.
  }
}
