import { type Parameter, presetSetting, type Setting, type Simulator, type Value } from '@lab/simulators';
import { createControls } from './controls.ts';
import { make } from './make.ts';
import { createPresets } from './presets.ts';

export interface SettingPanel {
  readonly element: HTMLElement;
  show(setting: Setting): void;
}

const seed: Parameter = { kind: 'number', label: 'Seed', unit: '', min: 1, max: 999_999, step: 1, initial: 1 };

/** Everything that a run depends on, with nothing hidden: presets, what both sides share, A and B. */
export function createSettingPanel(
  id: string,
  simulator: Simulator,
  onChange: (change: (setting: Setting) => Setting) => void,
): SettingPanel {
  const presets = createPresets(id, simulator.presets, (preset) => {
    onChange((setting) => presetSetting(simulator, preset, setting.seed));
  });
  const shared = createControls({
    legend: 'Both sides',
    id: `${id}-shared`,
    parameters: simulator.isRandom ? { ...simulator.shared, seed } : simulator.shared,
    onChange: (name, value) => onChange((setting) => withShared(setting, name, value)),
  });
  const [a, b] = (['a', 'b'] as const).map((side) =>
    createControls({
      legend: side.toUpperCase(),
      id: `${id}-${side}`,
      parameters: simulator.side,
      onChange: (name, value) => onChange((setting) => ({ ...setting, [side]: { ...setting[side], [name]: value } })),
    }),
  );
  const sides = make('div', { class: 'sim-sides' }, ...[a, b].flatMap((controls) => controls?.element ?? []));
  return {
    element: make('div', { class: 'sim-setting' }, presets.element, shared.element, sides),
    show(setting) {
      shared.show({ ...setting.shared, seed: setting.seed });
      a?.show(setting.a);
      b?.show(setting.b);
      presets.show(simulator.presets.find((preset) => isSame(presetSetting(simulator, preset, setting.seed), setting)));
    },
  };
}

function withShared(setting: Setting, name: string, value: Value): Setting {
  if (name === 'seed') return { ...setting, seed: Number(value) };
  return { ...setting, shared: { ...setting.shared, [name]: value } };
}

/** Both are made from the same parameters, so their names come in the same order. */
function isSame(one: Setting, other: Setting): boolean {
  return JSON.stringify([one.shared, one.a, one.b]) === JSON.stringify([other.shared, other.a, other.b]);
}
