import type { Testbed } from '@lab/runner';
import { createSessionFaults, type SessionFaults } from './faults.ts';
import { followReplicas } from './practice-load.ts';
import type { PracticeSession } from './practice-session.ts';
import { saveRecord } from './practice-state.ts';

/** Faults by hand in this session, on this testbed. */
export async function openFaults(session: PracticeSession, ground: Testbed): Promise<SessionFaults> {
  const { context, scenario, reporter, state } = session;
  return createSessionFaults({
    faults: await context.services.faults(),
    ground,
    scenario: scenario.id,
    isPaused: session.gate.isPaused,
    events: () => session.events,
    reporter,
    onProcesses: () => {
      const follow = async (): Promise<void> => {
        saveRecord(state, context.labDir);
        await followReplicas(session);
      };
      void follow().catch((error: unknown) => {
        reporter.warn(`The session could not follow its processes: ${String(error)}`);
      });
    },
  });
}
