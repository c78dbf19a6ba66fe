import { z } from 'zod';
import { activeFaultSchema } from './fault-schemas.ts';

const load = z.object({
  requestsPerSecond: z.number(),
  failedPerSecond: z.number(),
  p50Ms: z.number().nullable(),
  p99Ms: z.number().nullable(),
  databaseStatementsPerSecond: z.number().nullable(),
});

const running = z.object({
  running: z.literal(true),
  labPid: z.int(),
  run: z.string().nullable(),
  scenario: z.string(),
  phase: z.enum(['starting', 'load', 'paused', 'code-does-not-boot', 'stopping']),
  parts: z.array(z.object({ part: z.string(), pid: z.int(), host: z.string(), port: z.int() })),
  replicas: z.array(
    z.object({ name: z.string(), up: z.boolean(), pid: z.int().nullable(), url: z.string().nullable() }),
  ),
  load: load.nullable(),
  workspace: z.string(),
  uptimeMs: z.number(),
  port: z.int().nullable(),
  problem: z.string().nullable(),
  faults: z.array(activeFaultSchema),
  lastChange: z.object({ paths: z.array(z.string()), agoMs: z.number(), tookMs: z.number() }).nullable(),
});

const stopped = z.object({
  running: z.literal(false),
  labPid: z.null(),
  run: z.null(),
  scenario: z.null(),
  phase: z.literal('stopped'),
  parts: z.array(z.string()).max(0),
  replicas: z.array(z.string()).max(0),
  load: z.null(),
  workspace: z.null(),
  uptimeMs: z.literal(0),
  port: z.null(),
  problem: z.null(),
  faults: z.array(z.string()).max(0),
  lastChange: z.null(),
});

const schema = z.literal('lab.status/1');

export const statusSchema = z.union([running.extend({ schema }), stopped.extend({ schema })]);
const status = z.union([running, stopped]);

export const watchSchema = z.object({ schema: z.literal('lab.watch/1'), status });

export const homeSchema = z.object({
  schema: z.literal('lab.home/1'),
  status,
  next: z.object({ command: z.string(), why: z.string() }),
});

export const startSchema = z.object({
  schema: z.literal('lab.start/1'),
  running: z.literal(true),
  run: z.string(),
  labPid: z.int(),
  scenario: z.string(),
  seed: z.int(),
  port: z.int(),
  workspace: z.string(),
  edit: z.array(z.string()),
  lesson: z.string(),
  watch: z.string(),
  next: z.string(),
  /** From the command to the first answered request; null when the code does not boot. */
  firstRequestMs: z.number().nullable(),
  problem: z.string().nullable(),
});

export const stopSchema = z.object({
  schema: z.literal('lab.stop/1'),
  wasRunning: z.boolean(),
  scenario: z.string().nullable(),
  run: z.string().nullable(),
  tookMs: z.number(),
  forced: z.boolean(),
  killed: z.array(z.int()),
});

export const logsSchema = z.object({
  schema: z.literal('lab.logs/1'),
  run: z.string(),
  parts: z.array(z.object({ part: z.string(), lines: z.array(z.string()) })),
});

export const connectSchema = z.object({
  schema: z.literal('lab.connect/1'),
  scenario: z.string(),
  run: z.string(),
  /** Every part and replica, or the one that was named. */
  parts: z.array(
    z.object({
      name: z.string(),
      about: z.string(),
      /** Without the password, unless `--password` was given; null while it is down. */
      url: z.string().nullable(),
      /** Readable by its owner only; goes away with the session. */
      secretFile: z.string().nullable(),
      client: z.enum(['psql', 'redis-cli', 'curl']).nullable(),
      /** The client is on the PATH. */
      clientInstalled: z.boolean(),
      /** For a POSIX shell, without a secret in it. */
      command: z.string().nullable(),
      notes: z.array(z.string()),
    }),
  ),
});
