import type { ToolName, ToolProgress, Way } from './tool-types.ts';

/** While a step runs, what it last said is repeated this often, with the time that has passed. */
const BEAT_MS = 3_000;

/**
 * Turns what a way says into progress events: `started` and the end at once, what lies between at most once
 * a second, and a sign of life while nothing new is said.
 */
export function createReporter(tool: ToolName, onProgress?: (event: ToolProgress) => void) {
  let way: Way = 'cache';
  let startedAt = performance.now();
  let saidAt = 0;
  let last = '';
  const emit = (phase: ToolProgress['phase'], message: string): void => {
    saidAt = performance.now();
    onProgress?.({ tool, way, phase, message, elapsedMs: Math.round(saidAt - startedAt) });
  };
  return {
    report(message: string): void {
      const isNews = last === '';
      last = message;
      if (isNews || performance.now() - saidAt >= 1_000) emit('running', message);
    },
    begin(next: Way) {
      way = next;
      startedAt = performance.now();
      last = '';
      emit('started', `trying: ${next}`);
      const beat = setInterval(() => {
        if (performance.now() - saidAt >= BEAT_MS - 100) emit('running', last || `still at it: ${next}`);
      }, BEAT_MS);
      beat.unref();
      const end = (phase: 'done' | 'failed') => (message: string) => {
        clearInterval(beat);
        emit(phase, message);
      };
      return { done: end('done'), failed: end('failed') };
    },
  };
}
