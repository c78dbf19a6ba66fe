import type { ExperimentHandle, Held } from '@lab/sdk';
import { expect, test } from 'vitest';
import { scannerSays } from './scanner-says.ts';
import { fakeHandle } from './testing/fake-handle.ts';

test('one list is sent after the other, also when one is taken back', async () => {
  const { h: bare } = fakeHandle();
  let underWay = 0;
  let most = 0;
  const send = async (): Promise<void> => {
    underWay += 1;
    most = Math.max(most, underWay);
    await new Promise((resolve) => setTimeout(resolve, 5));
    underWay -= 1;
  };
  const behave = async (): Promise<Held> => {
    await send();
    return { release: send, [Symbol.asyncDispose]: send };
  };
  const h: ExperimentHandle = { ...bare, scanner: { ...bare.scanner, behave } };
  const [first] = await Promise.all([scannerSays(h, []), scannerSays(h, [])]);
  await Promise.all([first.release(), scannerSays(h, [])]);
  expect(most).toBe(1);
});
