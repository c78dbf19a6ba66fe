/** One process behind HAProxy. Its health is asked on another port than its requests go to. */
export interface HaproxyBackend {
  /** `api-1`. */
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly internalPort: number;
}

/** Name of the pool of servers in commands. */
export const POOL = 'api';
/** Relative to HAProxy's working folder: the path of a socket must be shorter than that of many a checkout. */
export const RUNTIME_SOCKET = 'runtime.sock';
/** A check each 200 ms, two that fail take a server out, one that does not brings it back. */
const CHECKS = 'check inter 200ms fall 2 rise 1';

/** `haproxy.cfg`: requests go in turn to each server whose `readyUrlPath` answers 200. */
export function haproxyConfig(spec: {
  readonly host: string;
  readonly port: number;
  readonly readyUrlPath: string;
  readonly backends: readonly HaproxyBackend[];
}): string {
  const servers = spec.backends.map(
    ({ name, host, port, internalPort }) => `  server ${assertName(name)} ${host}:${port} port ${internalPort}`,
  );
  const lines = [
    'global',
    `  stats socket unix@${RUNTIME_SOCKET} mode 600 level admin`,
    // Else two of them could share a port, each with a part of the requests.
    '  noreuseport',
    '  maxconn 4000',
    'defaults',
    '  mode http',
    '  timeout connect 1s',
    '  timeout client 60s',
    '  timeout server 60s',
    '  timeout check 1s',
    // What a server does reaches the client: a request that is tried again elsewhere would hide a bad shutdown.
    '  retries 0',
    `  option httpchk`,
    `  http-check send meth GET uri ${spec.readyUrlPath} ver HTTP/1.1 hdr Host ${spec.host}`,
    '  http-check expect status 200',
    `  default-server ${CHECKS}`,
    'frontend shop',
    `  bind ${spec.host}:${spec.port}`,
    `  default_backend ${POOL}`,
    `backend ${POOL}`,
    '  balance roundrobin',
    ...servers,
  ];
  return `${lines.join('\n')}\n`;
}

/** Names become words of the configuration and of commands. */
function assertName(name: string): string {
  if (/^[a-z0-9-]+$/.test(name)) return name;
  throw new RangeError(`${JSON.stringify(name)} cannot name a backend: letters, digits and hyphens only.`);
}
