import type { Preset } from '@lab/simulators';
import { make } from './make.ts';

export interface Presets {
  readonly element: HTMLElement;
  /** Marks the one that is shown, or none. */
  show(preset: Preset | undefined): void;
}

/** Radio buttons, each a setting to begin with. */
export function createPresets(id: string, presets: readonly Preset[], onChoose: (preset: Preset) => void): Presets {
  const radios = presets.map((preset, index) => {
    const radio = make('input', { type: 'radio', name: `${id}-preset`, id: `${id}-preset-${index}` });
    radio.addEventListener('change', () => onChoose(preset));
    const label = make('label', { for: radio.id, class: 'sim-radio' }, radio, ` ${preset.name}`);
    return { preset, radio, label };
  });
  const labels = radios.map(({ label }) => label);
  return {
    element: make('fieldset', { class: 'sim-presets' }, make('legend', {}, 'Begin with'), ...labels),
    show(shown) {
      for (const { preset, radio } of radios) radio.checked = preset === shown;
    },
  };
}
