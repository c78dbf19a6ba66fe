import type { FoundTool, ToolName, ToolPaths } from '@lab/runtime';
import type { Scenario, StackPart } from '@lab/sdk';
import type { Context } from './context.ts';
import { seconds } from './output/figures.ts';

/** The programs that a scenario needs, where they were found and in which version. */
export interface ReadyTools {
  readonly cacheDir: string;
  readonly paths: ToolPaths;
  readonly versions: Readonly<Record<string, string>>;
}

/** Only what this stack needs; the load generator is always one of them. */
export function toolsOf(scenario: Scenario): readonly ToolName[] {
  const byPart: Readonly<Record<StackPart, ToolName | null>> = {
    postgres: 'postgres',
    'redis-cache': 'redis-server',
    'redis-queue': 'redis-server',
    'redis-limits': 'redis-server',
    s3: 'versitygw',
    toxiproxy: 'toxiproxy',
    // The lab's own programs.
    payment: null,
    scanner: null,
    receiver: null,
  };
  // Every replica reaches PostgreSQL through a proxy, also where a scenario disturbs no link.
  return [...new Set<ToolName>([...scenario.stack.parts.flatMap((part) => byPart[part] ?? []), 'toxiproxy', 'k6'])];
}

interface ScenarioSource {
  listScenarioIds(): readonly string[];
  loadScenario(id: string): Promise<Scenario>;
}

/** What most scenarios need, and each of those that are being written. */
const usual: readonly ToolName[] = ['postgres', 'redis-server', 'toxiproxy', 'k6'];

/** All that some scenario needs. One that cannot be loaded is another command's business. */
export async function toolsOfEvery(source: ScenarioSource): Promise<readonly ToolName[]> {
  const loaded = await Promise.allSettled(source.listScenarioIds().map((id) => source.loadScenario(id)));
  const scenarios = loaded.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  return [...new Set([...usual, ...scenarios.flatMap(toolsOf)])];
}

export interface ToolsTold {
  /** What is going on at this moment. */
  onNote?(text: string): void;
  /** Something that stays worth knowing. */
  onRemark?(text: string): void;
}

/** Finds, and where needed installs, the tools of these scenarios, side by side. */
export async function prepareTools(
  context: Context,
  names: readonly ToolName[],
  told: ToolsTold = {},
): Promise<ReadyTools> {
  const { ensureCacheFolder, resolveTools } = await context.services.runtime();
  const { env } = context.io;
  const cacheDir = await ensureCacheFolder(env);
  const found = await resolveTools(names, {
    cacheDir,
    signal: context.signal,
    env,
    onProgress: ({ tool, message, elapsedMs }) => told.onNote?.(`${tool}: ${message} (${seconds(elapsedMs)})`),
  });
  const tools: FoundTool[] = Object.values(found);
  for (const remark of tools.flatMap(damageRemarks)) told.onRemark?.(remark);
  return {
    cacheDir,
    paths: Object.fromEntries(tools.map((tool) => [tool.name, tool.path])),
    versions: Object.fromEntries(tools.map((tool) => [tool.name, tool.version])),
  };
}

/** While it is fetched that is told too, but then gone from the screen, or never on one. */
function damageRemarks({ name, version, foundBy, tried }: FoundTool): string[] {
  const damaged = tried.filter(({ way, outcome }) => way === 'cache' && outcome.includes('is damaged'));
  return damaged.map(({ outcome }) => `${outcome}. ${name} ${version} was fetched again (${foundBy}).`);
}
