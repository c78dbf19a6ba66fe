import type { Bench } from '../bench.ts';
import { startPractice } from './practice.ts';

/**
 * One start that nobody times, so that what comes after it finds the template, the workspace and the compiled code.
 * Node writes compiled code when a process ends, so the session has ended too.
 */
export async function warmUp({ folder, signal }: Pick<Bench, 'folder' | 'signal'>, scenario: string): Promise<void> {
  await using _practice = await startPractice(folder, scenario, signal);
}
