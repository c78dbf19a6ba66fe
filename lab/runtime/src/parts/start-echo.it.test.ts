import { expect, test } from 'vitest';
import { plantListener } from '../testing/planted-listener.ts';
import { openTestRun } from '../testing/test-run.ts';
import { startEcho } from './start-echo.ts';

test('the echo target answers 204 and takes another port when its own is taken', async () => {
  await using taken = await plantListener();
  await using run = await openTestRun();
  await using echo = await startEcho(run.ctx, { firstPort: taken.port });
  expect(echo.port).not.toBe(taken.port);
  expect((await fetch(echo.url)).status).toBe(204);
  expect((await fetch(new URL('/other', echo.url))).status).toBe(404);
});
