import { defineFault } from '../fault.ts';
import { rounded, unanswered } from '../observe/slowness.ts';
import { noParameters } from '../parameters.ts';
import {
  answerLimitMs,
  askProcess,
  controlledParts,
  findProcess,
  processClaims,
  replicaNamed,
  runningProcess,
} from './process-target.ts';

export const processPause = defineFault({
  id: 'process-pause',
  title: 'A process stands still',
  about:
    'SIGSTOP to all of it: its connections stay open and its port accepts, but nothing answers, as in a long garbage collection or on a machine that is moved. A save in your workspace boots a replica anew, and ends the fault.',
  endsWithProcess: true,
  parameters: noParameters,
  targets: (ground) => [...ground.names, ...controlledParts(ground)],
  availability: () => true,
  claims: (_ground, target) => processClaims(target),
  inject: async (ground, { target }) => {
    const note = runningProcess(ground, target);
    const replica = replicaNamed(ground, target);
    const control = ground.controlOf(target);
    await (replica === null ? control?.pause() : ground.pauseReplica(replica));
    const undo = async (): Promise<void> => {
      await (replica === null ? control?.resume() : ground.resumeReplica(replica));
    };
    return { undo, note };
  },
  effect: async (ground, { target, note, signal }) => {
    const observed = await askProcess(findProcess(ground, target) ?? note, signal);
    const { outcome, answerMs } = observed;
    return {
      // The kernel still accepts for it.
      seen: outcome === 'silent',
      measured: answerMs === null ? unanswered(observed, answerLimitMs) : `answered after ${rounded(answerMs)} ms`,
    };
  },
});
