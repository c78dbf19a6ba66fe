import process from 'node:process';
import { EnvironmentError } from '@lab/sdk';
import { PLATFORMS } from './tool-table.ts';
import type { Platform } from './tool-types.ts';

/** The platform this process runs on; `EnvironmentError` where the lab has no tools for it. */
export function currentPlatform(): Platform {
  const name = `${process.platform}-${process.arch}`;
  const platform = PLATFORMS.find((known) => known === name);
  if (platform) return platform;
  throw new EnvironmentError('E_PLATFORM', {
    message: `The lab has no tools for ${name}; it runs on ${PLATFORMS.join(', ')}.`,
    hint: process.platform === 'win32' ? 'wsl --install, then run the lab inside WSL' : 'Use one of these platforms',
  });
}
