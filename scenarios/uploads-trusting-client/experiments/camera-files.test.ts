import { expect, test } from 'vitest';
import { kindOf } from '../../shared/sample-files.ts';
import { fakeHandle } from '../../shared/testing/fake-handle.ts';
import { cameraFiles } from './camera-files.ts';

test('what cameras and programs leave in a picture does not hide its size', () => {
  const files = cameraFiles(fakeHandle().h);
  expect(files.length).toBeGreaterThan(0);
  for (const { content } of files) expect(kindOf(content)?.width).toBeGreaterThan(0);
});
