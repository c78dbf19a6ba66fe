import { element, escapeText } from '../drawing/svg.ts';
import { type Parameters, showValue, type Values } from './parameters.ts';
import type { Setting, Simulator } from './simulator.ts';
import { initialState } from './url-state.ts';

const WIDTH = 720;

/**
 * The end of a run as HTML: the picture, its caption and every parameter, for pages without scripts and for print. What
 * a page has inside `<lab-simulator-…>` stands there until the simulator itself does.
 */
export function stillOf(simulator: Simulator, setting: Setting = initialState(simulator).setting): string {
  const run = simulator.run(setting);
  const { height, markup } = run.picture({ width: WIDTH, tMs: run.endMs, guess: undefined });
  const label = { role: 'img', 'aria-label': simulator.title, class: 'sim-picture' };
  const svg = element('svg', { viewBox: `0 0 ${WIDTH} ${height}`, width: WIDTH, ...label }, markup);
  const figure = element('figure', { class: 'sim-figure' }, svg + element('figcaption', {}, escapeText(run.caption)));
  return element('div', { class: 'sim sim-still' }, figure + listOf(simulator, setting));
}

function listOf(simulator: Simulator, setting: Setting): string {
  const items = describeSetting(simulator, setting).map(([name, value]) => {
    return element('dt', {}, escapeText(name)) + element('dd', {}, escapeText(value));
  });
  return element('dl', { class: 'sim-printed' }, items.join(''));
}

/** Every parameter of a setting with its value, in words. */
export function describeSetting(
  { shared, side, isRandom }: Simulator,
  setting: Setting,
): (readonly [string, string])[] {
  return [
    ...pairsOf('', shared, setting.shared),
    ...pairsOf('A: ', side, setting.a),
    ...pairsOf('B: ', side, setting.b),
    ...(isRandom ? [['Seed', String(setting.seed)] as const] : []),
  ];
}

function pairsOf(start: string, parameters: Parameters, values: Values): (readonly [string, string])[] {
  return Object.entries(parameters).map(([name, parameter]) => {
    return [`${start}${parameter.label}`, showValue(parameter, values[name] ?? parameter.initial)] as const;
  });
}
