import { createLogger } from '../platform/logger.ts';
import { runUntilSignalled } from '../platform/run.ts';
import { startWebhookWorker } from './webhook-worker.ts';

const log = createLogger('info');
await runUntilSignalled(process, log, async () => {
  const worker = startWebhookWorker(process.env, log);
  log.info({}, 'webhook worker started');
  return {
    stop() {
      log.info({}, 'webhook worker stopping');
      return worker.stop();
    },
  };
});
