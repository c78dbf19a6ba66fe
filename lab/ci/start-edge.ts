import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { freePorts, httpStatus, type RuntimeContext, spawnPart, waitUntil } from '@lab/runtime';

const HOST = '127.0.0.1';
const PART = 'edge';

export interface StartedEdge extends AsyncDisposable {
  readonly shopUrl: string;
  readonly filesUrl: string;
  /** On 127.0.0.1, where it expects the API. */
  readonly apiPort: number;
}

/** HAProxy with the configuration of production, before an API that need not be there yet and a store. */
export async function startEdge(
  ctx: RuntimeContext,
  { configFile, storeUrl }: { readonly configFile: string; readonly storeUrl: string },
): Promise<StartedEdge> {
  const [shop = 0, files = 0, apiPort = 0] = await freePorts(3);
  const folder = path.join(ctx.runDir, 'parts', PART);
  await mkdir(folder, { recursive: true });
  const child = await spawnPart(ctx, {
    part: PART,
    command: ctx.tools['haproxy'] ?? '',
    args: ['-db', '-f', configFile],
    env: {
      PATH: process.env['PATH'] ?? '',
      EDGE_SHOP: `${HOST}:${shop}`,
      EDGE_FILES: `${HOST}:${files}`,
      EDGE_API: `${HOST}:${apiPort}`,
      EDGE_STORE: new URL(storeUrl).host,
    },
    cwd: folder,
    logFile: path.join(ctx.runDir, 'logs', `${PART}.log`),
  });
  const [shopUrl, filesUrl] = [`http://${HOST}:${shop}`, `http://${HOST}:${files}`];
  const answers = async () => (await httpStatus(filesUrl, { timeoutMs: 500 })) !== null;
  try {
    await waitUntil(answers, { what: 'the edge to answer', withinMs: 20_000 });
  } catch (cause) {
    await child.stop();
    throw new Error(`The edge does not answer. ${child.tail().join('\n')}`, { cause });
  }
  return {
    shopUrl,
    filesUrl,
    apiPort,
    async [Symbol.asyncDispose]() {
      await child.stop();
    },
  };
}
