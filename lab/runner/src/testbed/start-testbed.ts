import { join } from 'node:path';
import { type Log, openRun, type RuntimeContext, type StartedPart, type ToolPaths } from '@lab/runtime';
import type { Clock, Scenario } from '@lab/sdk';
import { lossAmong } from './lost-part.ts';
import { databaseName, newSecrets } from './service-environment.ts';
import { startParts } from './start-parts.ts';
import { connectAdmin, shopTemplate } from './template.ts';
import { createTestbed, replicaNames, type Testbed } from './testbed.ts';

export interface TestbedOptions {
  readonly repoRoot: string;
  readonly scenario: Scenario;
  readonly cacheDir: string;
  readonly tools: ToolPaths;
  readonly signal: AbortSignal;
  readonly log: Log;
  readonly clock: Clock;
  /** Called as each part becomes ready. */
  onPart?(part: string, durationMs: number): void;
}

/** Starts the parts that the scenario's stack names; replicas come later, from somebody's code. */
export async function startTestbed(options: TestbedOptions): Promise<Testbed> {
  const open = await openRun(options);
  const started: AsyncDisposable[] = [open];
  const parts: StartedPart[] = [];
  const dispose = async (): Promise<void> => {
    // One that cannot be stopped must not keep the others, and the guardian last, from being stopped.
    const stack = new AsyncDisposableStack();
    for (const part of started.splice(0)) stack.use(part);
    await stack.disposeAsync();
  };
  try {
    return await startStack({ ...options, context: open.ctx, started, parts, dispose });
  } catch (error) {
    const loss = options.signal.aborted ? null : await lossAmong(parts, error);
    await dispose();
    throw loss ?? error;
  }
}

interface StartOptions extends TestbedOptions {
  readonly context: RuntimeContext;
  readonly started: AsyncDisposable[];
  readonly parts: StartedPart[];
  dispose(): Promise<void>;
}

async function startStack(options: StartOptions): Promise<Testbed> {
  const { context, scenario, clock } = options;
  const serviceDir = join(options.repoRoot, 'lab', 'service');
  const template = await shopTemplate(context, serviceDir);
  const fromMs = clock.nowMs();
  const parts = await startParts({
    context,
    scenario,
    names: replicaNames(scenario),
    template,
    onStarted: (part) => {
      options.started.push(part);
      options.parts.push(part);
      options.onPart?.(part.part, clock.nowMs() - fromMs);
    },
  });
  const secrets = newSecrets();
  await parts.postgres.freshDatabase();
  await setPasswords(parts.postgres.adminUrl(databaseName), secrets.database);
  return await createTestbed({
    context,
    scenario,
    serviceDir,
    parts,
    secrets,
    clockNowMs: clock.nowMs,
    dispose: options.dispose,
  });
}

async function setPasswords(adminUrl: string, password: string): Promise<void> {
  const admin = await connectAdmin(adminUrl);
  try {
    const { rows } = await admin.query<{ rolname: string }>(
      `SELECT rolname FROM pg_roles WHERE rolcanlogin AND (rolname LIKE 'api\\_%' OR rolname LIKE 'worker\\_%' OR rolname = 'shelfwise_owner')`,
    );
    for (const { rolname } of rows) await admin.query(`ALTER ROLE "${rolname}" PASSWORD '${password}'`);
  } finally {
    await admin.end();
  }
}
