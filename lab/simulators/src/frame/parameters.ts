/** A whole or decimal number between two others. */
export interface NumberParameter {
  readonly kind: 'number';
  readonly label: string;
  readonly unit: string;
  readonly min: number;
  readonly max: number;
  readonly step: number;
  readonly initial: number;
}

/** One of a few. The first is what is taken where nothing is said. */
export interface ChoiceParameter<Name extends string = string> {
  readonly kind: 'choice';
  readonly label: string;
  readonly options: Readonly<Record<Name, string>>;
  readonly initial: Name;
}

export type Parameter = NumberParameter | ChoiceParameter;
export type Parameters = Readonly<Record<string, Parameter>>;
export type Value = number | string;
export type Values = Readonly<Record<string, Value>>;

/** What a model is handed: a number for a number, one of the names for a choice. */
export type ValuesOf<Declared extends Parameters> = {
  readonly [Key in keyof Declared]: Declared[Key] extends ChoiceParameter<infer Name> ? Name : number;
};

type NumberSettings = Omit<NumberParameter, 'kind' | 'label' | 'step'> & { readonly step?: number };

export function number(label: string, { step = 1, ...settings }: NumberSettings): NumberParameter {
  return { kind: 'number', label, step, ...settings };
}

export function choice<Name extends string>(
  label: string,
  options: Readonly<Record<Name, string>>,
  initial: NoInfer<Name>,
): ChoiceParameter<Name> {
  return { kind: 'choice', label, options, initial };
}

export function initialValues(parameters: Parameters): Values {
  return Object.fromEntries(Object.entries(parameters).map(([name, { initial }]) => [name, initial]));
}

/** The value that a text stands for; undefined where it stands for none of this parameter. */
export function parseValue(parameter: Parameter, text: string): Value | undefined {
  if (parameter.kind === 'choice') return Object.hasOwn(parameter.options, text) ? text : undefined;
  if (!/^-?\d+(?:\.\d+)?$/.test(text)) return undefined;
  const value = Number(text);
  const { min, max, step } = parameter;
  const steps = (value - min) / step;
  const fits = value >= min && value <= max && Math.abs(steps - Math.round(steps)) < 1e-6;
  return fits ? value : undefined;
}

/** As a person reads it: `30 requests/s`, `Token bucket`. */
export function showValue(parameter: Parameter, value: Value): string {
  if (parameter.kind === 'choice') return parameter.options[value] ?? String(value);
  return parameter.unit === '' ? String(value) : `${value} ${parameter.unit}`;
}

/** What may be entered, as a person reads it. */
export function allowedValues(parameter: Parameter): string {
  if (parameter.kind === 'choice') return `one of ${Object.keys(parameter.options).join(', ')}`;
  const { min, max, step } = parameter;
  return `a number from ${min} to ${max}${step === 1 ? '' : ` in steps of ${step}`}`;
}
