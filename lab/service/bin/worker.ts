import { parseWorkerConfig } from '../src/platform/config.ts';
import { createLogger } from '../src/platform/logger.ts';
import { configureOrExit, runUntilSignalled } from '../src/platform/run.ts';
import { startWorkerService } from '../src/worker-service.ts';

const config = configureOrExit(process, () => parseWorkerConfig(process.env));
const log = createLogger(config.logLevel);

const stopLimitMs = config.shutdownTimeoutMs + 5_000;
await runUntilSignalled(process, log, () => startWorkerService(config, log), { stopLimitMs });
