import { connect } from 'node:net';
import path from 'node:path';
import process from 'node:process';
import { LabError } from '@lab/sdk';

/** 103 on macOS, 107 on Linux. */
const SOCKET_PATH_MAX = 103;
const ANSWER_BYTES_MAX = 1_000_000;

/** What HAProxy thinks of one server. */
export interface BackendState {
  readonly name: string;
  /** As HAProxy says it: `UP`, `DOWN`, `DRAIN`, `MAINT`, and steps between them as `UP 1/2`. */
  readonly status: string;
  /** Requests and connections that it has now. */
  readonly sessions: number;
}

/** The path by which this process reaches the socket: the shorter one, since the system allows a hundred letters. */
export function reachableSocket(socket: string): string {
  const [shortest = socket] = [socket, path.relative(process.cwd(), socket)].sort((a, b) => a.length - b.length);
  if (Buffer.byteLength(shortest) <= SOCKET_PATH_MAX) return shortest;
  throw new LabError('E_SOCKET_PATH', {
    message: `The path of HAProxy's socket is longer than ${SOCKET_PATH_MAX} bytes: ${shortest}.`,
    hint: 'move the repository to a folder with a shorter path',
  });
}

/** Sends one command over HAProxy's runtime socket and returns its answer, without the empty lines around it. */
export function runtimeCommand(
  socketPath: string,
  command: string,
  options: { readonly limitMs: number },
): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect({ path: socketPath });
    const fail = (reason: string, cause?: unknown): void => {
      clearTimeout(timer);
      socket.destroy();
      const message = `HAProxy did not answer "${command}": ${reason}.`;
      reject(new LabError('E_HAPROXY_RUNTIME', { message, hint: 'npx lab logs haproxy', cause }));
    };
    const timer = setTimeout(() => fail(`nothing within ${options.limitMs} ms`), options.limitMs);
    socket.setEncoding('utf8');
    socket.once('connect', () => socket.write(`${command}\n`));
    socket.on('data', (chunk: string) => {
      answer += chunk;
      if (answer.length > ANSWER_BYTES_MAX) fail('its answer has no end');
    });
    socket.once('error', (error) => fail(error.message, error));
    // It closes the connection after the answer to the only command.
    socket.once('end', () => {
      clearTimeout(timer);
      socket.destroy();
      resolve(answer.trim());
    });
  });
}

/** Reads what `show stat` prints: CSV whose first line names the columns. */
export function parseStat(text: string, pool: string): BackendState[] {
  const [head = '', ...rows] = text.split('\n').map((line) => line.trim());
  const columns = head.replace(/^# /, '').split(',');
  const records = rows.map((row) => {
    const cells = row.split(',');
    return Object.fromEntries(columns.map((column, index) => [column, cells[index] ?? '']));
  });
  return records
    .filter((record) => record['pxname'] === pool && !['FRONTEND', 'BACKEND'].includes(record['svname'] ?? ''))
    .map((record) => ({
      name: record['svname'] ?? '',
      status: record['status'] ?? '',
      sessions: Number(record['scur']),
    }));
}
