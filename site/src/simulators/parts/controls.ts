import {
  type NumberParameter,
  type Parameter,
  type Parameters,
  parseValue,
  type Value,
  type Values,
} from '@lab/simulators';
import { make } from './make.ts';

/** Controls of some parameters. */
export interface Controls {
  readonly element: HTMLElement;
  /** Shows these values, and tells nobody. */
  show(values: Values): void;
}

interface ControlsParts {
  readonly legend: string;
  /** Unique on the page. */
  readonly id: string;
  readonly parameters: Parameters;
  readonly onChange: (name: string, value: Value) => void;
}

/** A fieldset with a control for each parameter: a slider and a number, or a list to choose from. */
export function createControls({ legend, id, parameters, onChange }: ControlsParts): Controls {
  const controls = Object.entries(parameters).map(([name, parameter]) => {
    const change = (value: Value) => onChange(name, value);
    return { name, ...createControl(`${id}-${name}`, `${legend}: ${parameter.label}`, parameter, change) };
  });
  const rows = controls.map(({ element }) => element);
  return {
    element: make('fieldset', { class: 'sim-fields' }, make('legend', {}, legend), ...rows),
    show(values) {
      for (const control of controls) control.show(values[control.name] ?? '');
    },
  };
}

interface Control {
  readonly element: HTMLElement;
  show(value: Value): void;
}

function createControl(id: string, fullName: string, parameter: Parameter, onChange: (value: Value) => void): Control {
  if (parameter.kind === 'number') return createNumber(id, fullName, parameter, onChange);
  const options = Object.entries(parameter.options).map(([value, words]) => make('option', { value }, words));
  const select = make('select', { id, class: 'sim-select' }, ...options);
  select.addEventListener('change', () => onChange(select.value));
  const element = make('div', { class: 'sim-field' }, make('label', { for: id }, parameter.label), select);
  return {
    element,
    show(value) {
      select.value = String(value);
    },
  };
}

/** The slider is for the hand, the number for who knows what they want; both take the arrow keys. */
function createNumber(
  id: string,
  fullName: string,
  parameter: NumberParameter,
  onChange: (value: Value) => void,
): Control {
  const { label, unit, min, max, step } = parameter;
  const words = unit === '' ? label : `${label}, ${unit}`;
  const slider = make('input', {
    type: 'range',
    min,
    max,
    step,
    class: 'sim-slider',
    'aria-label': `${fullName}, slider`,
  });
  const field = make('input', { type: 'number', id, min, max, step, class: 'sim-number', inputmode: 'decimal' });
  const take = (from: HTMLInputElement, to: HTMLInputElement) => () => {
    const value = parseValue(parameter, from.value);
    // Half of a number is what somebody types on the way to a whole one.
    field.setAttribute('aria-invalid', String(value === undefined));
    if (value === undefined) return;
    to.value = String(value);
    onChange(value);
  };
  slider.addEventListener('input', take(slider, field));
  field.addEventListener('input', take(field, slider));
  const element = make(
    'div',
    { class: 'sim-field' },
    make('label', { for: id }, words),
    make('div', { class: 'sim-pair' }, slider, field),
  );
  return {
    element,
    show(value) {
      // Whoever types is not corrected meanwhile.
      if (document.activeElement !== field || parseValue(parameter, field.value) !== value) field.value = String(value);
      slider.value = String(value);
      field.setAttribute('aria-invalid', 'false');
    },
  };
}
