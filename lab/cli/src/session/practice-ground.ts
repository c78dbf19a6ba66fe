import type { Testbed } from '@lab/runner';
import { openLog } from '../log-file.ts';
import { prepareTools, type ReadyTools, toolsOf } from '../prepare-tools.ts';
import type { PracticeSession } from './practice-session.ts';

/** Clears away what dead labs left, finds the tools and makes the workspace; then starts the parts. */
export async function startGround(session: PracticeSession): Promise<Testbed> {
  return await startTestbed(session, await prepare(session));
}

async function prepare(session: PracticeSession): Promise<ReadyTools> {
  const { context, reporter, scenario } = session;
  const { sweepLeftovers } = await context.services.runtime();
  const { createWorkspace } = await context.services.workspace();
  reporter.begin('Find the tools');
  await sweepLeftovers({ repoRoot: context.repoRoot, log: openLog(context.labDir) });
  const remarks: string[] = [];
  const tools = await prepareTools({ ...context, signal: session.signal }, toolsOf(scenario), {
    onNote: (text) => reporter.note(text),
    onRemark: (text) => remarks.push(text),
  });
  reporter.done(
    Object.entries(tools.versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(', '),
  );
  for (const remark of remarks) reporter.warn(remark);
  reporter.begin('Your workspace');
  const workspace = await createWorkspace({ repoRoot: context.repoRoot, scenario });
  reporter.done(workspace.outcome === 'created' ? 'new' : 'as you left it');
  if (workspace.notice !== null) reporter.warn(workspace.notice);
  return tools;
}

async function startTestbed(session: PracticeSession, tools: ReadyTools): Promise<Testbed> {
  const { context, reporter, scenario, signal } = session;
  const runner = await context.services.runner();
  reporter.begin(`Start ${scenario.stack.parts.join(', ')}`);
  const testbed = await runner.startTestbed({
    repoRoot: context.repoRoot,
    scenario,
    cacheDir: tools.cacheDir,
    tools: tools.paths,
    signal,
    log: openLog(context.labDir, (sentence) => reporter.warn(sentence)),
    clock: runner.createClock(signal),
    onPart: (part) => reporter.note(`${part} is up`),
  });
  reporter.done();
  return testbed;
}
