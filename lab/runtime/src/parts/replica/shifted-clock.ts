/** Environment of a Node process whose clock is ahead of the machine's by so much; behind, where it is negative. */
export function shiftedClock(aheadMs: number): Readonly<Record<string, string>> {
  if (aheadMs === 0) return {};
  const module = new URL('./shift-clock.ts', import.meta.url);
  module.searchParams.set('aheadMs', String(aheadMs));
  return { NODE_OPTIONS: `--import=${module.href}` };
}
