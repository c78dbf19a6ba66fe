import type { NotRunning } from '../session/current-status.ts';
import type { SessionStatus } from '../session/reporter.ts';
import { alignColumns } from './columns.ts';
import { faultText } from './fault-lines.ts';
import { duration, milliseconds, perSecond } from './figures.ts';
import { type Paint, withoutControls } from './paint.ts';

/** `lab status` for people. */
export function statusLines(status: SessionStatus | NotRunning, paint: Paint): string[] {
  if (!status.running) return ['Nothing is running.'];
  const rows = [
    [
      'Scenario',
      `${paint.bold(status.scenario)}, ${status.phase.replaceAll('-', ' ')}, for ${duration(status.uptimeMs)} (pid ${status.labPid})`,
    ],
    ['Load', loadText(status)],
    [
      'Replicas',
      status.replicas
        .map((replica) => `${replica.name} ${replica.up ? (replica.url ?? 'up') : paint.red('down')}`)
        .join('  '),
    ],
    ['Parts', status.parts.map(({ part, port }) => (port === 0 ? part : `${part} :${port}`)).join('  ')],
    ['Edit', status.workspace],
  ];
  for (const fault of status.faults) {
    rows.push(['Fault', `${paint.yellow(faultText(fault))}: ${withoutControls(fault.measured)}`]);
  }
  if (status.problem !== null) rows.push(['Problem', paint.red(withoutControls(status.problem))]);
  return alignColumns(rows);
}

function loadText({ load }: SessionStatus): string {
  if (load === null) return 'none';
  const statements = load.databaseStatementsPerSecond;
  return [
    `${perSecond(load.requestsPerSecond)} req/s`,
    `p50 ${milliseconds(load.p50Ms)}`,
    `p99 ${milliseconds(load.p99Ms)}`,
    `${perSecond(load.failedPerSecond)} errors/s`,
    ...(statements === null ? [] : [`${perSecond(statements)} statements/s`]),
  ].join(', ');
}
