import { faultText } from '../output/fault-lines.ts';
import { duration, milliseconds, perSecond, sparkline } from '../output/figures.ts';
import type { Output } from '../output/output.ts';
import { type Paint, visibleLength, withoutControls } from '../output/paint.ts';
import type { SessionStatus } from './reporter.ts';

const sparklineWidth = 30;
const everyMsWithoutTerminal = 10_000;

/** The one line about a running session, at most `width` columns wide. */
export function renderStatus(
  status: SessionStatus,
  options: { readonly paint: Paint; readonly width: number; readonly p99History: readonly (number | null)[] },
): string {
  const { paint, width } = options;
  const up = status.replicas.filter((replica) => replica.up).length;
  const replicas = `${up}/${status.replicas.length} up`;
  const cells = [
    paint.bold(status.scenario),
    phaseText(status),
    ...faultCells(status, paint),
    ...loadCells(status),
    up === status.replicas.length ? replicas : paint.red(replicas),
    ...changeCells(status, paint),
  ];
  const line = fit(cells, width);
  const spare = width - visibleLength(line) - 2;
  return spare >= sparklineWidth && status.load !== null
    ? `${line}  ${sparkline(options.p99History, sparklineWidth)}`
    : line;
}

/** Rewrites one line in place each second; without a terminal a line every ten seconds. */
export function createStatusLine(output: Output, width: () => number) {
  const history: (number | null)[] = [];
  let shown = false;
  let lastPrintedMs = Number.NEGATIVE_INFINITY;
  const clear = (): void => {
    if (shown) output.raw('\r\u001b[2K');
    shown = false;
  };
  return {
    update(status: SessionStatus, nowMs: number = performance.now()): void {
      history.push(status.load?.p99Ms ?? null);
      if (history.length > sparklineWidth) history.shift();
      const line = renderStatus(status, { paint: output.paintProgress, width: width() - 1, p99History: history });
      if (output.rewrites) {
        output.raw(`\r\u001b[2K${line}`);
        shown = true;
      } else if (nowMs - lastPrintedMs >= everyMsWithoutTerminal) {
        lastPrintedMs = nowMs;
        output.say(line);
      }
    },
    /** A line that stays, above the one that is rewritten. */
    print(line: string): void {
      clear();
      output.warn(withoutControls(line));
    },
    clear,
  };
}

function phaseText(status: SessionStatus): string {
  switch (status.phase) {
    case 'load':
      return 'under load';
    case 'paused':
      return 'load paused by a grade';
    case 'code-does-not-boot':
      return 'your code does not boot';
    case 'starting':
    case 'stopping':
      return status.phase;
  }
}

/** Before the figures: whoever reads them must know. */
function faultCells({ faults }: SessionStatus, paint: Paint): string[] {
  const [first, ...more] = faults;
  if (first === undefined) return [];
  const others = more.length === 0 ? '' : ` and ${more.length} more`;
  return [paint.yellow(`fault: ${faultText(first)}${others}`)];
}

function loadCells(status: SessionStatus): string[] {
  const { load } = status;
  if (load === null) return [];
  const statements = load.databaseStatementsPerSecond;
  return [
    `${perSecond(load.requestsPerSecond)} req/s`,
    `p99 ${milliseconds(load.p99Ms)}`,
    `${perSecond(load.failedPerSecond)} errors/s`,
    ...(statements === null ? [] : [`${perSecond(statements)} statements/s`]),
  ];
}

function changeCells(status: SessionStatus, paint: Paint): string[] {
  if (status.problem !== null) return [paint.red(withoutControls(status.problem.split('\n', 1)[0] ?? ''))];
  const { lastChange } = status;
  if (lastChange === null) return [];
  return [`${lastChange.paths[0] ?? 'files'} saved ${duration(lastChange.agoMs)} ago`];
}

/** Whole cells from the left for as long as they fit. */
function fit(cells: readonly string[], width: number): string {
  let line = '';
  for (const cell of cells) {
    const longer = line === '' ? cell : `${line}  ${cell}`;
    if (visibleLength(longer) > width) return line;
    line = longer;
  }
  return line;
}
