import { element } from '../dom.ts';
import type { FaultFacts } from './fault-types.ts';

type Order = (change: unknown, doing: string) => Promise<void>;

const durations = [
  ['10 seconds', 10_000],
  ['30 seconds', 30_000],
  ['1 minute', 60_000],
  ['5 minutes', 300_000],
] as const;
const usualMs = 30_000;

/** Choose a fault, where, how strong and for how long. It is given exactly what `lab fault on` gives. */
export function faultForm(faults: readonly FaultFacts[], order: Order): HTMLElement {
  const offered = faults.filter(({ isAvailable, targets }) => isAvailable && targets.length > 0);
  if (offered.length === 0) return element('p', { class: 'quiet' }, 'No fault can be switched on in this stack.');
  const which = select(
    'Fault',
    offered.map(({ id, title }) => [id, title]),
  );
  const details = element('div', { class: 'details' });
  const form = element('form', { class: 'fault-form' }, which.label, details);
  const choose = (): void => {
    const fault = offered.find(({ id }) => id === which.select.value);
    if (fault !== undefined) details.replaceChildren(...fieldsOf(fault));
  };
  which.select.addEventListener('change', choose);
  choose();
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const fault = offered.find(({ id }) => id === which.select.value);
    if (fault === undefined) return;
    const button = form.querySelector('button');
    button?.setAttribute('disabled', '');
    const change = orderOf(fault, new FormData(form));
    void order(change, `Switching ${fault.id} on`).finally(() => button?.removeAttribute('disabled'));
  });
  return form;
}

/** The order that the fields describe. A parameter that was left as it is is not sent: it has its own default. */
export function orderOf(fault: FaultFacts, fields: { get(name: string): unknown }): Readonly<Record<string, unknown>> {
  const set = fault.parameters.flatMap(({ name, usual }) => {
    const value = String(fields.get(`set-${name}`) ?? usual);
    return value === String(usual) ? [] : [[name, value] as const];
  });
  return {
    action: 'on',
    id: fault.id,
    target: String(fields.get('target') ?? fault.targets[0] ?? ''),
    ...(set.length === 0 ? {} : { set: Object.fromEntries(set) }),
    ...(fault.isOneShot ? {} : { forMs: Number(fields.get('for') ?? usualMs) }),
  };
}

function fieldsOf(fault: FaultFacts): HTMLElement[] {
  const parameters = fault.parameters.map(({ name, about, usual, takes }) =>
    element(
      'label',
      {},
      `${name} `,
      element('input', { name: `set-${name}`, value: String(usual), autocomplete: 'off' }),
      element('span', { class: 'quiet' }, `${about} It takes ${takes}.`),
    ),
  );
  const forHowLong = select(
    'Ends by itself after',
    durations.map(([text, ms]) => [String(ms), text]),
    'for',
  );
  forHowLong.select.value = String(usualMs);
  return [
    element('p', { class: 'quiet' }, fault.about),
    select(
      'Where',
      fault.targets.map((target) => [target, target]),
      'target',
    ).label,
    ...parameters,
    ...(fault.isOneShot
      ? [element('p', { class: 'quiet' }, 'It happens once; nothing has to end.')]
      : [forHowLong.label]),
    element('button', { type: 'submit' }, fault.isOneShot ? 'Do it now' : 'Switch on'),
  ];
}

function select(text: string, options: readonly (readonly [string, string])[], name = 'fault') {
  const made = element('select', { name }, ...options.map(([value, shown]) => element('option', { value }, shown)));
  return { select: made, label: element('label', {}, `${text} `, made) };
}
