import { parseServiceConfig } from '../src/platform/config.ts';
import { createLogger } from '../src/platform/logger.ts';
import { configureOrExit, runUntilSignalled } from '../src/platform/run.ts';
import { startService } from '../src/service.ts';

const config = configureOrExit(process, () => parseServiceConfig(process.env));
const log = createLogger(config.logLevel);

const stopLimitMs = config.shutdownDelayMs + config.shutdownTimeoutMs + 5_000;
await runUntilSignalled(process, log, () => startService(config, log), { stopLimitMs });
