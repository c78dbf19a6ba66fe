import { defineFault } from '../fault.ts';
import { rounded, unanswered } from '../observe/slowness.ts';
import { once } from '../once.ts';
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

export const processKill = defineFault({
  id: 'process-kill',
  title: 'A process is killed, and stays away',
  about:
    'SIGKILL to the whole group, as when a machine is gone. Nobody boots it again before the end of the fault; a save in your workspace does, and ends the fault. The queue and the object store come back with their data, the other stores empty.',
  endsWithProcess: true,
  parameters: noParameters,
  targets: (ground) => [...ground.names, ...restartableParts(ground)],
  notTargets: partsWithoutRestart,
  availability: () => true,
  claims: (_ground, target) => killClaims(target),
  inject: async (ground, { target }) => {
    const note = runningProcess(ground, target);
    const replica = replicaNamed(ground, target);
    const restarts = ground.controlOf(target)?.restarts;
    await (replica === null ? restarts?.kill() : ground.killReplica(replica));
    const undo = once(async () => {
      await (replica === null ? restarts?.restart() : bootAgain(ground, replica));
    });
    return { undo, note };
  },
  effect: async (ground, { target, note, signal }) => {
    // One that came back elsewhere is asked there.
    const observed = await askProcess(findProcess(ground, target) ?? note, signal);
    const { outcome, answerMs } = observed;
    return {
      seen: outcome === 'refused',
      measured: answerMs === null ? unanswered(observed, answerLimitMs) : `answered after ${rounded(answerMs)} ms`,
    };
  },
});
