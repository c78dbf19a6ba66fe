import type { Load } from '@lab/runner';

/** There is no load although there should be. */
export interface LoadTrouble {
  /** Why the last one ended, and what kept it from being begun again. */
  readonly causes: readonly unknown[];
  /** False: it has ended too often, and waits until it is asked for. */
  readonly isTriedAgain: boolean;
}

const deathsMax = 3;
const retryMs = 5_000;

/** What is known of loads that ended by themselves, until one stands. */
export function createLosses(nowMs: () => number) {
  let noticed: Load | null = null;
  let deaths = 0;
  let death: unknown = null;
  let refusal: unknown = null;
  let isTrying = false;
  let retryAtMs = 0;
  const isTriedAgain = (): boolean => deaths <= deathsMax;

  return {
    notice(load: Load): void {
      if (load === noticed) return;
      noticed = load;
      death = load.failure();
      deaths += 1;
      retryAtMs = 0;
    },
    isDue: (): boolean => (death !== null || refusal !== null) && isTriedAgain() && !isTrying && nowMs() >= retryAtMs,
    async trying(work: () => Promise<void>): Promise<void> {
      isTrying = true;
      try {
        await work();
      } catch (error) {
        refusal = error;
        retryAtMs = nowMs() + retryMs;
        throw error;
      } finally {
        isTrying = false;
      }
    },
    forget(): void {
      death = null;
      refusal = null;
    },
    allowAll(): void {
      deaths = 0;
    },
    /** `newest`: of a load that has ended this moment. */
    trouble(newest: unknown): LoadTrouble | null {
      const causes = [newest ?? death, refusal].filter((cause) => cause !== null);
      return causes.length === 0 ? null : { causes, isTriedAgain: isTriedAgain() };
    },
  };
}

/** In one line; all that a part printed is in its log. */
export function describeTrouble({ causes, isTriedAgain }: LoadTrouble): string {
  const [first = '', ...more] = causes.map(firstLine);
  const next = isTriedAgain ? 'The load begins again.' : 'It keeps ending: it waits for your next save.';
  const failed = more.map((cause) => `The load could not be begun again: ${cause}`);
  return [first, ...failed, failed.length > 0 && isTriedAgain ? 'It is tried again.' : next].join(' ');
}

function firstLine(cause: unknown): string {
  const [line = ''] = (cause instanceof Error ? cause.message : String(cause)).split('\n', 1);
  return line.replace(/:$/, '.');
}
