import process from 'node:process';
import { startWorld } from '../src/start-world.ts';
import { parseWorldConfig } from '../src/world-config.ts';

try {
  const world = await startWorld(parseWorldConfig(process.env));
  const { control, callers, scanner, receiver } = world;
  const signalled = new Promise((resolve) => process.once('SIGTERM', resolve).once('SIGINT', resolve));
  process.stdout.write(`${JSON.stringify({ control, callers, scanner, receiver })}\n`);
  await Promise.race([signalled, world.stopped]);
  await world[Symbol.asyncDispose]();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
