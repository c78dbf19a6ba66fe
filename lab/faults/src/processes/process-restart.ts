import { defineFault } from '../fault.ts';
import { unanswered } from '../observe/slowness.ts';
import { noParameters } from '../parameters.ts';
import {
  answerLimitMs,
  askProcess,
  bootAgain,
  findProcess,
  killClaims,
  partsWithoutRestart,
  replicaNamed,
  restartableParts,
  runningProcess,
} from './process-target.ts';

const nothing = async (): Promise<void> => undefined;

export const processRestart = defineFault({
  id: 'process-restart',
  title: 'A process is killed and boots again at once',
  about:
    'SIGKILL, then a new process in the same place. The queue and the object store come back with their data, the other stores empty.',
  isOneShot: true,
  parameters: noParameters,
  targets: (ground) => [...ground.names, ...restartableParts(ground)],
  notTargets: partsWithoutRestart,
  availability: () => true,
  claims: (_ground, target) => killClaims(target),
  inject: async (ground, { target }) => {
    const { pid } = runningProcess(ground, target);
    const replica = replicaNamed(ground, target);
    if (replica === null) await ground.controlOf(target)?.restarts?.restart();
    else {
      await ground.killReplica(replica);
      await bootAgain(ground, replica);
    }
    return { undo: nothing, note: { pid } };
  },
  effect: async (ground, { target, note, signal }) => {
    const now = findProcess(ground, target);
    if (now === null) return { seen: false, measured: `${target} is not running` };
    const observed = await askProcess(now, signal);
    if (observed.answerMs === null) return { seen: false, measured: unanswered(observed, answerLimitMs) };
    return { seen: now.pid !== note.pid, measured: `process ${note.pid} is now process ${now.pid}, and answers` };
  },
});
