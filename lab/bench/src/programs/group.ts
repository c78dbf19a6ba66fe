import process from 'node:process';

/** Keeps the end of what a program prints, `charactersMax` at most. */
export function keepEnd(
  stream: NodeJS.ReadableStream,
  charactersMax: number,
  onData: () => void = () => undefined,
): () => string {
  let text = '';
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    onData();
    text = `${text}${chunk}`.slice(-charactersMax);
  });
  // A stream that was destroyed under its writer.
  stream.on('error', () => undefined);
  return () => text;
}

/** To a program that leads its group, and to all that it has started in it. Nothing where they have ended already. */
export function signalGroup(group: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-group, signal);
  } catch {
    // It ended in this moment.
  }
}
