import { resolve } from 'node:path';
import { assertWritable, type BenchIo, benchExit, explain, listenForStop, writeWhole } from '../figures/main.ts';
import { isComplete } from '../report/document.ts';
import { renderService } from './document.ts';
import { parseOptions, usage } from './options.ts';
import { runServiceBench } from './run-service-bench.ts';

/** `npm run bench:service`. Resolves to the exit code. */
export async function main(
  argv: readonly string[],
  io: BenchIo,
  place: { readonly repoRoot: string; readonly labDir: string },
): Promise<number> {
  const say = (line: string): void => void io.stderr.write(`${line}\n`);
  const stop = listenForStop(io.signals, say);
  try {
    const { json, help, out, ...wishes } = parseOptions(argv);
    if (help) {
      io.stdout.write(usage);
      return benchExit.measured;
    }
    const file = out === null ? null : resolve(io.cwd, out);
    if (file !== null) await assertWritable(file);
    const document = await runServiceBench({ ...place, ...wishes, env: io.env, signal: stop.signal, say });
    const text = `${JSON.stringify(document, null, 2)}\n`;
    if (file !== null) await writeWhole(file, text);
    io.stdout.write(json ? text : `${renderService(document)}\n`);
    return isComplete(document.rows) ? benchExit.measured : benchExit.unmeasured;
  } catch (error) {
    if (stop.signal.aborted) return benchExit.interrupted;
    return explain(error, say);
  } finally {
    stop.dispose();
  }
}
