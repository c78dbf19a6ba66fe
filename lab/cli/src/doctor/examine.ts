import { execFile } from 'node:child_process';
import { statfs } from 'node:fs/promises';
import { createServer } from 'node:net';
import { promisify } from 'node:util';
import { readSession } from '@lab/console';
import type { Context } from '../context.ts';
import { describeError } from '../exit-codes.ts';
import { listRuns } from '../find-run.ts';
import { openLog } from '../log-file.ts';
import { toolsOfEvery } from '../prepare-tools.ts';
import { type DiskPlace, diskFinding } from './disk.ts';
import type { Finding } from './finding.ts';

const nodeMajorMin = 24;
const consolePort = 4_777;

/** Looks at all that the lab needs of this machine. Installs nothing; left-overs of dead labs are cleared away. */
export async function examine(context: Context): Promise<readonly Finding[]> {
  const groups = await Promise.all([
    examineNode(),
    examineGit(context),
    examineCache(context),
    examineTools(context),
    examinePorts(context),
    examineLeftovers(context),
  ]);
  return groups.flat();
}

async function examineNode(): Promise<Finding[]> {
  const major = Number(process.versions.node.split('.')[0]);
  const isOld = major < nodeMajorMin;
  return [
    {
      id: 'node',
      what: 'Node',
      state: isOld ? 'problem' : 'fine',
      found: `${process.version} at ${process.execPath}`,
      fix: isOld ? `npm start, which fetches Node ${nodeMajorMin}` : null,
    },
  ];
}

async function examineGit(context: Context): Promise<Finding[]> {
  try {
    const { stdout } = await promisify(execFile)('git', ['--version'], { timeout: 5_000, env: { ...context.io.env } });
    return [{ id: 'git', what: 'git', state: 'fine', found: stdout.trim(), fix: null }];
  } catch {
    return [
      {
        id: 'git',
        what: 'git',
        state: 'problem',
        found: 'not found on the PATH',
        fix: 'install git with your system’s packages',
      },
    ];
  }
}

async function examineCache(context: Context): Promise<Finding[]> {
  const { ensureCacheFolder } = await context.services.runtime();
  try {
    const folder = await ensureCacheFolder(context.io.env);
    const cache: Finding = { id: 'cache', what: 'Cache folder', state: 'fine', found: folder, fix: null };
    const places = [await placeOf(folder, true), await placeOf(context.repoRoot, false)];
    return [cache, diskFinding(places)];
  } catch (error) {
    const { message, hint } = describeError(error);
    return [{ id: 'cache', what: 'Cache folder', state: 'problem', found: message, fix: hint ?? null }];
  }
}

async function placeOf(folder: string, isCache: boolean): Promise<DiskPlace> {
  const { bavail, bsize } = await statfs(folder);
  return { folder, isCache, freeBytes: bavail * bsize };
}

async function examineTools(context: Context): Promise<Finding[]> {
  const { cacheFolder, inspectTools } = await context.services.runtime();
  const { env } = context.io;
  const tools = await toolsOfEvery(await context.services.scenarios());
  const found = await inspectTools(tools, { cacheDir: cacheFolder(env), signal: context.signal, env });
  return found.map((tool): Finding => {
    const common = { id: `tool-${tool.name}`, what: tool.name };
    if ('path' in tool) {
      const origin = tool.origin === undefined ? '' : `, first by ${tool.origin}`;
      return {
        ...common,
        state: 'fine',
        found: `${tool.version} at ${tool.path} (by ${tool.foundBy}${origin})`,
        fix: null,
      };
    }
    if ('error' in tool)
      return { ...common, state: 'problem', found: tool.error.message, fix: tool.error.hint ?? null };
    if (tool.waysLeft.length > 0) {
      return {
        ...common,
        state: 'note',
        found: `not here yet; npx lab start fetches it (${tool.waysLeft.join(', ')})`,
        fix: null,
      };
    }
    return {
      ...common,
      state: 'problem',
      found: tool.tried.map(({ way, outcome }) => `${way}: ${outcome}`).join('; '),
      fix: tool.fix,
    };
  });
}

async function examinePorts(context: Context): Promise<Finding[]> {
  const session = readSession(context.labDir);
  if (session.kind === 'running') {
    return [
      {
        id: 'ports',
        what: 'Session',
        state: 'fine',
        found: `${session.record.scenario} runs, console on port ${session.record.port}`,
        fix: null,
      },
    ];
  }
  const free = await isFree(consolePort);
  return [
    {
      id: 'ports',
      what: `Port ${consolePort}`,
      state: free ? 'fine' : 'note',
      found: free ? 'free' : 'taken by another program; the console takes the next free one',
      fix: null,
    },
  ];
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)));
  });
}

async function examineLeftovers(context: Context): Promise<Finding[]> {
  const { sweepLeftovers } = await context.services.runtime();
  const swept = await sweepLeftovers({ repoRoot: context.repoRoot, log: openLog(context.labDir) });
  const runs = await listRuns(context.labDir);
  const cleared =
    swept.killed.length === 0 ? 'none' : `${swept.killed.length} processes of a dead lab, now cleared away`;
  return [
    {
      id: 'leftovers',
      what: 'Left-overs',
      state: swept.killed.length === 0 ? 'fine' : 'note',
      found: `${cleared}; ${runs.length} recorded runs`,
      fix: null,
    },
  ];
}
