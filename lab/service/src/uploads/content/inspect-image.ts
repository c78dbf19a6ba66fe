import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import type { ImageRequest } from './draw-variants.ts';
import type { ImageVerdict } from './image-verdict.ts';

/** The process that read the image was ended by a limit, or died. */
export class ImageProcessError extends Error {
  override readonly name = 'ImageProcessError';
}

/** Throws ImageProcessError. */
export type InspectImage = (
  request: Pick<ImageRequest, 'file' | 'folder'>,
  signal: AbortSignal,
) => Promise<ImageVerdict>;

const PROGRAM = fileURLToPath(new URL('./image-main.ts', import.meta.url));
const OUTPUT_BYTES_MAX = 64 * 1024;
const HEAP_MB = 64;
/**
 * Of memory that may be written, in kB: 512 MB for pixels, and as much again, which V8 reserves for code and never
 * fills (measured with Node 24: it does not start below 600 MB). Decoding 50 megapixels takes 110 to 250 MB. Only
 * Linux holds a process to it; elsewhere the limits of pixels and time are all there is.
 */
const DATA_KB_MAX = 1_048_576;
const START = `ulimit -c 0; ulimit -d ${DATA_KB_MAX} 2>/dev/null; exec "$@"`;

const variantSchema = z.object({
  name: z.enum(['thumbnail', 'medium']),
  format: z.enum(['webp', 'jpeg']),
  width: z.int().positive(),
  height: z.int().positive(),
  bytes: z.int().positive(),
});
const verdictSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('image'),
    contentType: z.enum(['image/jpeg', 'image/png', 'image/webp']),
    width: z.int().positive(),
    height: z.int().positive(),
    variants: z.array(variantSchema),
  }),
  z.object({
    kind: z.literal('refused'),
    reason: z.enum(['type-not-allowed', 'not-only-an-image', 'too-many-pixels', 'content-broken']),
  }),
]);

/**
 * Reads images in a process of their own. Decoders are written in C, and the likeliest part of all to be broken by a
 * file: there it costs one process with nothing in its environment, little memory and little time.
 */
export function createInspectImage(limits: { pixelsMax: number; timeoutMs: number }): InspectImage {
  return async ({ file, folder }, signal) => {
    const node = [process.execPath, `--max-old-space-size=${HEAP_MB}`, '--disable-warning=ExperimentalWarning'];
    const child = spawn('/bin/sh', ['-c', START, 'sh', ...node, PROGRAM, file, folder, String(limits.pixelsMax)], {
      env: { UV_THREADPOOL_SIZE: '2', MALLOC_ARENA_MAX: '2' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const kill = () => void child.kill('SIGKILL');
    const timer = setTimeout(kill, limits.timeoutMs);
    signal.addEventListener('abort', kill, { once: true });
    if (signal.aborted) kill();
    try {
      return await verdictOf(child);
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', kill);
      kill();
    }
  };
}

async function verdictOf(child: ChildProcess): Promise<ImageVerdict> {
  const [output, errors] = [tail(child.stdout), tail(child.stderr)];
  const ended = await once(child, 'close').catch((cause: unknown) => {
    throw new ImageProcessError('The process for images could not be started.', { cause });
  });
  const [code, killedBy] = ended as [number | null, NodeJS.Signals | null];
  const verdict = code === 0 ? verdictSchema.safeParse(parseJson(output())).data : undefined;
  if (verdict) return verdict;
  const end = killedBy ? `was ended by ${killedBy}` : `ended with code ${code}`;
  throw new ImageProcessError(`The process for images ${end}. ${errors().slice(-500)}`);
}

/** The end of what a stream says; a process that talks without end costs no memory. */
function tail(stream: NodeJS.ReadableStream | null): () => string {
  let text = '';
  stream?.setEncoding('utf8').on('data', (chunk: string) => {
    text = (text + chunk).slice(-OUTPUT_BYTES_MAX);
  });
  return () => text;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // No schema takes undefined.
    return undefined;
  }
}
