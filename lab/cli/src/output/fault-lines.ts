import type { ActiveFault, FaultFacts } from '@lab/faults';
import { alignColumns } from './columns.ts';
import { duration } from './figures.ts';
import type { Paint } from './paint.ts';

/** Every fault in two lines: what it is; its parameters and what it can be done to. */
export function faultListLines(faults: readonly FaultFacts[], paint: Paint): string[] {
  return faults.flatMap((fault) => [
    `${paint.bold(fault.id)}  ${fault.title}`,
    ...[usualText(fault), where(fault)].filter((text) => text !== '').map((text) => `  ${paint.dim(text)}`),
  ]);
}

/** One fault, with all that is known of it. */
export function faultLines(fault: FaultFacts, paint: Paint): string[] {
  const parameters = fault.parameters.map(({ name, about, usual, takes }) => [
    `  --set ${name}=${usual}`,
    `${about}; ${takes}`,
  ]);
  return [
    `${paint.bold(fault.id)}  ${fault.title}`,
    '',
    fault.about,
    '',
    ...(fault.isOneShot ? ['It happens once.'] : []),
    ...alignColumns(parameters),
    where(fault),
    ...fault.notTargets.map(({ target, reason }) => `Not ${target}: ${reason}.`),
  ];
}

/** `link-latency api-1:redis-cache 12 s left`. */
export function faultText({ id, target, state, leftMs }: ActiveFault): string {
  return `${id} ${target} ${state === 'stays' ? 'should be over' : `${duration(leftMs)} left`}`;
}

function usualText({ parameters, isOneShot }: FaultFacts): string {
  const usual = parameters.map((parameter) => `${parameter.name}=${parameter.usual}`);
  return [...usual, ...(isOneShot ? ['(once)'] : [])].join(' ');
}

function where({ isAvailable, reason, targets, notTargets }: FaultFacts): string {
  if (!isAvailable) return `not available: ${reason}`;
  const not = notTargets.map(({ target }) => `not ${target}`);
  return `--target ${[...(pairText(targets) ?? targets), ...not].join(', ')}`;
}

/** Twenty links as `<all|api-1>:<postgres|redis-cache>`; null where they are not every pair of two lists. */
function pairText(targets: readonly string[]): readonly string[] | null {
  const pairs = targets.map((target) => target.split(':'));
  const [from, to] = [0, 1].map((side) => [...new Set(pairs.map((pair) => pair[side] ?? ''))]);
  const isEveryPair =
    pairs.every(({ length }) => length === 2) && from && to && from.length * to.length === pairs.length;
  return isEveryPair && pairs.length > 3 ? [`<${from.join('|')}>:<${to.join('|')}>`] : null;
}
