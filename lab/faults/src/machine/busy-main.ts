import { writeSync } from 'node:fs';
import process from 'node:process';

// Keeps one core busy for so many milliseconds, then ends by itself. Says now and then what it got:
// the moment (since the epoch) and the processor time that it had so far, in milliseconds.

const everyMs = 200;
const untilMs = Date.now() + Number(process.argv[2] ?? 0);

for (let nextMs = 0, nowMs = Date.now(); nowMs < untilMs; nowMs = Date.now()) {
  if (nowMs < nextMs) continue;
  nextMs = nowMs + everyMs;
  const { user, system } = process.cpuUsage();
  try {
    writeSync(1, `${nowMs} ${Math.round((user + system) / 1_000)}\n`);
  } catch {
    // Nobody reads any more: the lab has gone.
    break;
  }
}
