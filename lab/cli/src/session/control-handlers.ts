import type { ControlHandlers, EventLog } from '@lab/console';
import { UsageError } from '@lab/sdk';
import { type ConnectionsDocument, connectionsOf } from './connections.ts';
import type { SessionFaults } from './faults.ts';
import type { GradeWatch } from './grade-watch.ts';
import type { LoadGate } from './load-gate.ts';
import { type PracticeState, statusOf } from './practice-state.ts';
import type { SessionReporter } from './reporter.ts';

export interface Controlled {
  readonly state: PracticeState;
  readonly gate: LoadGate;
  /** Null until the session stands. */
  readonly faults: () => SessionFaults | null;
  readonly events: () => EventLog | null;
  readonly grades: Pick<GradeWatch, 'take'>;
  readonly reporter: Pick<SessionReporter, 'say'>;
  /** Brings the session's file up to date. */
  save(): void;
  stop(): void;
}

/** What others may ask of a session. */
export function controlHandlers(session: Controlled): ControlHandlers {
  const { state, gate } = session;
  const faults = (): SessionFaults => {
    const found = session.faults();
    if (found !== null) return found;
    throw starting();
  };
  return {
    status: () => ({ schema: 'lab.status/1', ...statusOf(state) }),
    stop: () => {
      state.record = { ...state.record, state: 'stopping' };
      session.reporter.say('Asked to stop.');
      session.stop();
    },
    load: async (action, holder) => {
      if (action === 'pause') {
        // From here on no fault begins, so that none is left when all have ended.
        const pausing = gate.pause(holder.pid);
        await session.faults()?.endAll('a grade begins');
        await pausing;
      } else await gate.resume(holder.pid);
      state.paused = gate.isPaused();
      session.events()?.append('change', { name: 'load', state: state.paused ? 'paused' : 'running' });
      session.save();
      return { load: state.paused ? 'paused' : 'running' };
    },
    faults: () => faults().document(),
    changeFaults: (change) => faults().change(change),
    connections: () => connections(state),
    grade: (news) => session.grades.take(news),
  };
}

/** Only while the session stands: before, not all is there yet; after, the run's folder is being cleared. */
function connections({ record, testbed }: PracticeState): ConnectionsDocument {
  if (record.state === 'stopping') {
    throw new UsageError('E_STOPPING', { message: 'The session is stopping.', hint: 'npx lab status' });
  }
  if (record.state === 'starting' || testbed === null) throw starting();
  return { scenario: record.scenario, run: testbed.run, parts: connectionsOf(testbed) };
}

function starting(): UsageError {
  return new UsageError('E_STARTING', { message: 'The session is still starting.', hint: 'npx lab status' });
}
