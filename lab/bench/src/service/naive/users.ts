/** What one rate of load has shown. */
export interface Step {
  readonly ratePerSecond: number;
  readonly p99Ms: number;
  readonly failedPercent: number;
  /** Of the planned requests, those that k6 could not send in time. */
  readonly droppedPercent: number;
}

/** A person who looks at a page every ten seconds. */
const secondsBetweenRequests = 10;
const p99MsMax = 500;
const percentMax = 1;

/** Are people served at this rate? */
export function isServed({ p99Ms, failedPercent, droppedPercent }: Step): boolean {
  return p99Ms <= p99MsMax && failedPercent <= percentMax && droppedPercent <= percentMax;
}

/** How many people are served, by the last rate before the first that is too much; 0 where the first is. */
export function usersServed(steps: readonly Step[]): number {
  const tooMuch = steps.findIndex((step) => !isServed(step));
  const served = tooMuch === -1 ? steps : steps.slice(0, tooMuch);
  return (served.at(-1)?.ratePerSecond ?? 0) * secondsBetweenRequests;
}
