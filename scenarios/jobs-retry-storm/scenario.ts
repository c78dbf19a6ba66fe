import { defineScenario } from '@lab/sdk';
import { checks } from './checks.ts';
import { experiments } from './experiments.ts';
import { hints } from './hints.ts';
import {
  chargedWithinMs,
  chargesPerWorker,
  failed,
  letterWithinMs,
  longest,
  pauses,
  paymentTimeoutMs,
  slackMs,
  told,
  workers,
} from './pauses.ts';
import { variants } from './variants.ts';
import { workload } from './workload.ts';

const seconds = (ms: number): string => String(ms / 1_000);

export const scenario = defineScenario({
  id: 'jobs-retry-storm',
  family: 'jobs',
  title: 'Back for a second, then down again',
  level: 'standard',
  minutes: 60,
  lesson: 'lessons/retries',
  story: {
    text: [
      'Wednesday, 14:20. Our payment provider has called, and they are not amused. At 14:02 they had an outage of five minutes. "We came back, and within a blink all of your requests were at the door. We fell over. We came back a little later, and there you all were again. And again, at 14:15. Nobody else does this to us."',
      'Their engineer has more. "We answer 429 or 503 and say when to come again, and you come when it suits you. Other customers keep to it." Until they have seen a change, they let us have a tenth of our requests.',
      'Support has something, too. In every busy hour a few customers get no parcel. Their orders lie among the dead letters, given up after a single attempt, although the same order goes through when somebody redrives it.',
      'Make our side a guest that they want back, and charge every order that can be charged.',
    ],
    budgets: [
      `As agreed with the provider: a charge that failed in a way that may pass is tried again after ${seconds(pauses.baseMs)} s, then after twice as long each time, and never after more than ${seconds(pauses.capMs)} s (\`BACKOFF_BASE_MS\`, \`BACKOFF_CAP_MS\`). These are means: each pause is varied at random by up to ${pauses.variation * 100} % to both sides. Half a second more (${slackMs} ms) for picking it up is fine.`,
      `Of the pauses of ${seconds(pauses.capMs)} s, at least ${longest.shareMin * 100} % are shorter than that by a tenth or more, and as many longer.`,
      `Of charges that failed in the same moment, at most ${failed.shareMax * 100} % come within the same ${failed.stretchMs} ms when it is their fourth attempt or a later one. A pause is from an answer to the next request, by the provider's clock.`,
      `Where an answer has \`Retry-After\`, the charge is tried at that time at the earliest, and within ${seconds(told.laterMs)} s after it. Those that were told so together do not all come at once: at most ${told.shareMax * 100} % within the same ${told.stretchMs} ms.`,
      `408, 409, 425, 429, every 5xx, a lost connection and no answer within ${seconds(paymentTimeoutMs)} s may pass. Every other 4xx is final, and not asked again.`,
      `After ${pauses.attemptsMax} attempts (\`JOB_ATTEMPTS_MAX\`), whatever the answers were, or after a final one, an order is listed under \`GET /v2/dead-letters\`, a final one within ${seconds(letterWithinMs)} s, with the attempts made, the last error and the id of the request that placed it. A redrive charges it once, however often somebody clicks.`,
      `Orders that nothing is wrong with are accepted and charged within ${seconds(chargedWithinMs)} s all the while, also when every place for a charge was taken a moment ago: ${workers} workers, each with up to ${chargesPerWorker} under way (\`JOB_CONCURRENCY\`).`,
    ],
  },
  stack: {
    parts: ['postgres', 'redis-cache', 'redis-queue', 'payment', 'toxiproxy'],
    replicas: { api: 2, worker: workers },
    environment: {
      JOB_ATTEMPTS_MAX: String(pauses.attemptsMax),
      JOB_CONCURRENCY: String(chargesPerWorker),
      BACKOFF_BASE_MS: String(pauses.baseMs),
      BACKOFF_CAP_MS: String(pauses.capMs),
      PAYMENT_TIMEOUT_MS: String(paymentTimeoutMs),
      OUTBOX_POLL_MS: '50',
      // So many charges at once, and nobody waits long for a connection.
      DATABASE_POOL_MAX: '15',
    },
  },
  editable: ['src/**', 'bin/**', 'migrations/**'],
  startWith: ['src/jobs/perform-job.ts', 'src/jobs/backoff.ts', 'src/jobs/classify.ts'],
  workload,
  experiments,
  checks,
  hints,
  variants,
});
