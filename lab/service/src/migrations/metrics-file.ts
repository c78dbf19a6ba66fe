import { rename, writeFile } from 'node:fs/promises';

/** For the node exporter's textfile collector, which must never read half a file. Its name has to end with `.prom`. */
export async function writeMetricsFile(path: string, text: string): Promise<void> {
  const unfinished = `${path}.${process.pid}.new`;
  await writeFile(unfinished, text);
  await rename(unfinished, path);
}
