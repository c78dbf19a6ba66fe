import { exitCode, Interrupted } from './exit-codes.ts';
import type { Io, StopSignal } from './io.ts';
import type { Output } from './output/output.ts';

const stopSignals: readonly StopSignal[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * The first signal asks the command to stop, the second Ctrl-C ends the lab at once: the guardian
 * then kills what is left.
 */
export function listenForStop(io: Io, output: Output): { readonly signal: AbortSignal; dispose(): void } {
  const controller = new AbortController();
  const onSignal = (signal: StopSignal): void => {
    if (!controller.signal.aborted) {
      if (signal === 'SIGINT')
        output.say(`${output.rewrites ? '\r\u001b[2K' : ''}Stopping. Ctrl-C again kills at once.`);
      controller.abort(new Interrupted(signal));
    } else if (signal === 'SIGINT') {
      output.warn('Killed. What was running is being cleared away.');
      io.exit(exitCode.interrupted);
    }
  };
  for (const signal of stopSignals) io.signals.on(signal, onSignal);
  return {
    signal: controller.signal,
    dispose() {
      for (const signal of stopSignals) io.signals.off(signal, onSignal);
    },
  };
}
