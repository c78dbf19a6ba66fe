import { defineScenario } from '@lab/sdk';
import { checks } from './checks.ts';
import { experiments } from './experiments.ts';
import { hints } from './hints.ts';
import {
  decidedWithinMs,
  formSeconds,
  formSecondsMin,
  graceSeconds,
  imageBytesMax,
  leaseMs,
  reconcileMs,
  scanTimeoutMs,
  videoBytesMax,
} from './limits.ts';
import { variants } from './variants.ts';
import { workload } from './workload.ts';

const thousands = (value: number): string => value.toLocaleString('en-GB');
const seconds = (ms: number): string => `${ms / 1_000} s`;

export const scenario = defineScenario({
  id: 'uploads-scan-then-swap',
  family: 'uploads',
  title: 'The scanner said clean, the customer downloaded a virus',
  level: 'standard',
  minutes: 75,
  lesson: 'lessons/uploads',
  story: {
    text: [
      'Thursday, 16:20. A shop’s customer has opened a trailer that came from us, and her antivirus program has taken it away. It is right: there is a virus at the end of the file. We have looked it up. The upload is "ready". Our scanner’s log has it at 11:02:14: "stream: OK". The log also has a checksum, and the file that she was given has another one.',
      'Nobody had broken into anything. The trailer had come from a publisher’s account whose password was in a leak last month, by the form that we had signed for it ourselves.',
      'While we were at it, somebody compared all of last week’s files with the scanner’s log. Most are in it. Some long films have only half of their bytes there, and a line that says something about a limit. And for Tuesday between 14:00 and 14:09, when the scanner’s machine had no memory left, there are 212 files that customers can download, and not one "OK".',
      'Customers must never get a byte that the scanner has not called clean. And the publishers must not notice: last time we "fixed" the scanner, four hundred covers had to be sent again.',
    ],
    budgets: [
      `What a customer is given as the original has been read by the scanner to its end, in one stream, byte for byte as it is given, and called clean ("stream: OK"). Until then it is not "ready" and not to be had. It may come back as it was sent; a picture may also be drawn anew, as large as it was. The thumbnails of a picture are drawn of the picture that is served. The checksum that ShelfWise shows is that of what it serves.`,
      `What ShelfWise signs for an upload is good for ${formSeconds} s (\`UPLOAD_FORM_TTL_SECONDS\`), before and after its confirmation and when it is ready. A file that comes within ${formSecondsMin} s is taken. Somebody may send another file of the same length by the same form at any time, again and again. What becomes of such an upload is yours to decide, as long as nobody is given what was not scanned.`,
      'What is "ready" stays, as the bytes that it was: by the address that somebody has been given, and by one that is asked for later.',
      `The scanner is clamd. It may be down, be silent for longer than it is waited for (\`SCAN_TIMEOUT_MS\`, ${seconds(scanTimeoutMs)}), hang up in the middle, give up on a long stream, or say something else than you expect. Nothing of that is a verdict.`,
      `A clean file of up to ${thousands(imageBytesMax)} bytes (picture) or ${thousands(videoBytesMax)} bytes (film) is decided within ${seconds(decidedWithinMs)}, and so is one that came while the scanner was down or silent, counted from when it is back: nobody has to send it again. A scanner that needs half of the time for which it is waited for is slow, and not away. Files that the scanner does not read to their end may be rejected, fail or wait.`,
      `What has been decided stays decided. Another worker takes an upload over when the first has not stirred for ${seconds(leaseMs)} (\`UPLOAD_LEASE_MS\`); the first may wake up later.`,
      'The routes and their answers stay as customers know them; who announces a file may leave its checksum out. The answer to `POST /v2/uploads` tells the way to the store: `form` (`url` and `fields`: one POST with the file as its last field), `put` (`url` and `headers`: one PUT), or `parts` (`bytes` and `count`: addresses by `POST /v2/uploads/:id/parts`). Customers’ programs know all three.',
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
      SCAN_TIMEOUT_MS: String(scanTimeoutMs),
      UPLOAD_LEASE_MS: String(leaseMs),
      // What is held against the database once an hour elsewhere is so within the grade: "ready" has to outlast it.
      UPLOAD_RECONCILE_MS: String(reconcileMs),
      UPLOAD_GRACE_SECONDS: String(graceSeconds),
      UPLOAD_POLL_MS: '50',
      UPLOAD_RETRY_MS: '100',
      UPLOAD_CONCURRENCY: '8',
      UPLOAD_ATTEMPTS_MAX: '4',
    },
  },
  editable: ['src/**', 'bin/**', 'migrations/**'],
  startWith: ['src/uploads/work/process-upload.ts', 'src/uploads/scan/scan-verdict.ts', 'src/uploads/upload-keys.ts'],
  workload,
  experiments,
  checks,
  hints,
  variants,
});
