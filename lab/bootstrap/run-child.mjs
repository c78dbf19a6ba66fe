import { spawn } from 'node:child_process';
import os from 'node:os';
import process from 'node:process';

const KEPT_CHARACTERS = 200_000;
const GRACE_MS = 5_000;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * Runs a program in the foreground with our own streams, hands signals on, and resolves with the exit code to
 * pass on (128 + n after a signal).
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ env: NodeJS.ProcessEnv, cwd?: string }} options
 * @returns {Promise<number>}
 */
export function runForeground(command, args, options) {
  const child = spawn(command, args, { ...options, stdio: 'inherit' });
  const forward = (signal) => child.kill(signal);
  // A terminal sends Ctrl-C to every process of the foreground group: handing it on would make it two.
  const ignore = () => {};
  const handlers = {
    SIGINT: process.stdin.isTTY || process.stderr.isTTY ? ignore : forward,
    SIGTERM: forward,
    SIGHUP: forward,
  };
  for (const [signal, handler] of Object.entries(handlers)) process.on(signal, handler);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      for (const [name, handler] of Object.entries(handlers)) process.off(name, handler);
      resolve(code ?? 128 + (signal ? os.constants.signals[signal] : 0));
    });
  });
}

/**
 * Runs a program in its own process group and keeps what it says. Over the limit, or when this process is told
 * to end, the whole group is asked to end, and killed if it does not.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ env: NodeJS.ProcessEnv, cwd?: string, limitMs: number, onOutput?(text: string): void }} options
 * @returns {Promise<{ exitCode: number, isOverLimit: boolean, output: string, stdout: string }>}
 */
export function runQuietly(command, args, options) {
  const { env, cwd, limitMs, onOutput } = options;
  const child = spawn(command, args, { env, cwd, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  const output = keep(child.stdout, child.stderr, onOutput);
  const group = groupOf(child);
  let endedBy;
  let isOverLimit = false;
  const onSignal = (signal) => {
    endedBy ??= signal;
    group.end();
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  process.once('exit', group.kill);
  const timer = setTimeout(() => {
    isOverLimit = true;
    group.end();
  }, limitMs);
  return new Promise((resolve, reject) => {
    const settle = () => {
      clearTimeout(timer);
      group.settle();
      process.off('exit', group.kill);
      for (const signal of SIGNALS) process.off(signal, onSignal);
      if (endedBy) process.exit(128 + os.constants.signals[endedBy]);
    };
    child.once('error', (error) => {
      settle();
      reject(error);
    });
    child.once('close', (code) => {
      settle();
      resolve({ exitCode: code ?? 1, isOverLimit, ...output() });
    });
  });
}

function groupOf(child) {
  const send = (signal) => {
    try {
      if (child.pid) process.kill(-child.pid, signal);
    } catch {
      // It has ended already.
    }
  };
  const kill = () => send('SIGKILL');
  let timer;
  return {
    kill,
    end() {
      send('SIGTERM');
      timer ??= setTimeout(kill, GRACE_MS);
    },
    settle: () => clearTimeout(timer),
  };
}

function keep(stdout, stderr, onOutput) {
  const kept = { output: '', stdout: '' };
  const listen = (stream, also) => {
    stream.setEncoding('utf8');
    stream.on('data', (text) => {
      onOutput?.(text);
      kept.output = (kept.output + text).slice(-KEPT_CHARACTERS);
      if (also) kept.stdout = (kept.stdout + text).slice(-KEPT_CHARACTERS);
    });
  };
  listen(stdout, true);
  listen(stderr, false);
  return () => kept;
}
