import { join } from 'node:path';
import type { Testbed } from '@lab/runner';
import { createCodeVersions } from './code-versions.ts';
import type { SessionFaults } from './faults.ts';
import { followReplicas } from './practice-load.ts';
import type { PracticeSession } from './practice-session.ts';
import { createRollout, type Rollout } from './rollout.ts';
import { rolloutEvents } from './rollout-events.ts';

/** Brings the learner's code to the replicas of this session. Faults end first where everything begins anew. */
export function openRollout(session: PracticeSession, testbed: Testbed, faults: SessionFaults): Rollout {
  const { context, scenario, state, gate } = session;
  return createRollout({
    testbed: {
      bootReplicas: testbed.bootReplicas,
      onReplicaExit: testbed.onReplicaExit,
      replaceReplica: (name, codeDir) => faults.replacing(name, () => testbed.replaceReplica(name, codeDir)),
    },
    names: state.names,
    versions: createCodeVersions({
      services: context.services,
      repoRoot: context.repoRoot,
      scenario,
      workspaceDir: state.record.workspace,
      target: join(testbed.runDir, 'code'),
      onIgnored: (paths) => session.reporter.warn(ignoredText(paths)),
    }),
    prepare: async (codeDir) => {
      await faults.endAll('your migrations change: everything begins anew');
      await testbed.stopReplicas();
      await testbed.resetData(codeDir);
    },
    events: rolloutEvents({
      ...session,
      labDir: context.labDir,
      events: () => session.events,
      gate,
      followReplicas: () => followReplicas(session),
    }),
  });
}

function ignoredText(paths: readonly string[]): string {
  const shown = paths.slice(0, 3).join(', ');
  const more = paths.length > 3 ? ` and ${paths.length - 3} more` : '';
  return `You changed what a fix may not change: ${shown}${more}. The service runs without these changes.`;
}
