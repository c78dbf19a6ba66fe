import { defineScenario } from '@lab/sdk';
import { checks, refusals } from './checks.ts';
import { experiments } from './experiments.ts';
import { hints } from './hints.ts';
import {
  apiBytesMax,
  clearedAfterMs,
  decidedWithinMs,
  formSeconds,
  formSecondsMin,
  imageBytesMax,
  videoBytesMax,
} from './limits.ts';
import { variants } from './variants.ts';
import { workload } from './workload.ts';

const thousands = (value: number): string => value.toLocaleString('en-GB');

export const scenario = defineScenario({
  id: 'uploads-trusting-client',
  family: 'uploads',
  title: 'A 4 GB avatar, and covers that do not exist',
  level: 'standard',
  minutes: 75,
  lesson: 'lessons/uploads',
  story: {
    text: [
      'Monday, 08:50. The bill for the object store is nine times last month’s. The largest file in it is somebody’s avatar: 4 GB, announced as 18 kB. The workers have copied it and had it scanned again and again since Friday evening.',
      'The same morning a shop’s security people write. They have a file of ours, `cover.png`. It is a picture, and whoever opens it with a program that does not ask for its type gets a page with a form for passwords. And customer support has a list of 41 books without a cover. For each of them the publisher’s program has our answer, "202", that the cover has arrived. There is no such file in the store, and there never was.',
      'Make it stop, without losing those who send what they should.',
    ],
    budgets: [
      `A picture (JPEG, PNG, WebP) has 1 to ${thousands(imageBytesMax)} bytes, a film (MP4) 1 to ${thousands(videoBytesMax)}: the limits come from the environment, and are small here. Whatever is larger or empty, goes to another place than its own or by a type that is not allowed, is refused by the store itself, and leaves nothing there.`,
      `What ShelfWise has signed for an upload is good for ${formSeconds} s (\`UPLOAD_FORM_TTL_SECONDS\`); a file that comes within ${formSecondsMin} s is taken. What was announced and never confirmed is gone, from the list of waiting uploads and from the store, at most ${clearedAfterMs / 1_000} s after that.`,
      `Files do not go through the API, neither on their way in nor out: of one upload at most ${thousands(apiBytesMax)} bytes are exchanged between the API and the store.`,
      `\`POST /v2/uploads/:id/confirm\` answers 202 only when the store has the announced file of this upload; otherwise ${refusals.join(' or ')}, and the file can still be sent and confirmed. Twenty confirmations at once get the same answer, and the file is processed once.`,
      `With nothing wrong, a confirmed file is decided within ${decidedWithinMs / 1_000} s. It is "ready" only if its content is one of the four kinds from its first byte to its last and the scanner has called it clean. Everything is served as an attachment, by the type that its content has. Nothing that is served holds a page: neither a web page, nor a picture with one in it or behind it.`,
      'Whoever sends what is allowed gets it back as it was sent; a picture may also be drawn anew, as large as it was.',
      'The routes and their answers stay as customers know them. The answer to `POST /v2/uploads` tells the way to the store: `form` (`url` and `fields`: one POST with the file as its last field), `put` (`url` and `headers`: one PUT), or `parts` (`bytes` and `count`: addresses by `POST /v2/uploads/:id/parts`). Customers’ programs know all three.',
    ],
  },
  stack: {
    parts: ['postgres', 'redis-cache', 'redis-queue', 'payment', 's3', 'scanner', 'toxiproxy'],
    replicas: { api: 2, worker: 2 },
    environment: {
      UPLOAD_IMAGE_MAX_BYTES: String(imageBytesMax),
      UPLOAD_VIDEO_MAX_BYTES: String(videoBytesMax),
      UPLOAD_FORM_TTL_SECONDS: String(formSeconds),
      UPLOAD_MULTIPART_TTL_SECONDS: String(formSeconds),
      UPLOAD_GRACE_SECONDS: '2',
      UPLOAD_SWEEP_MS: '500',
      UPLOAD_POLL_MS: '50',
      UPLOAD_RETRY_MS: '200',
      UPLOAD_CONCURRENCY: '3',
      UPLOAD_ATTEMPTS_MAX: '4',
    },
  },
  editable: ['src/**', 'bin/**', 'migrations/**'],
  startWith: [
    'src/uploads/confirm-upload.ts',
    'src/uploads/store/upload-form.ts',
    'src/uploads/content/png-structure.ts',
  ],
  workload,
  experiments,
  checks,
  hints,
  variants,
});
