import { takeWorkerSlot } from '../src/jobs/worker-slot.ts';
import { parseWorkerConfig } from '../src/platform/config.ts';
import { createLogger } from '../src/platform/logger.ts';
import { configureOrExit, runUntilSignalled } from '../src/platform/run.ts';
import { startWorkerService } from '../src/worker-service.ts';

const config = configureOrExit(process, () => parseWorkerConfig(process.env));
const log = createLogger(config.logLevel);

const stopLimitMs = config.shutdownTimeoutMs + 5_000;
const start = async () => {
  const slot = await takeWorkerSlot(config.redisQueueUrl);
  const worker = await startWorkerService(config, log);
  return {
    async stop() {
      const isClean = await worker.stop();
      await slot.giveBack();
      return isClean;
    },
  };
};
await runUntilSignalled(process, log, start, { stopLimitMs });
