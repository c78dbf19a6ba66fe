import type { Simulator } from '@lab/simulators';
import { createSimulatorView, type SimulatorView } from './simulator-view.ts';

const levels = [2, 3, 4, 5, 6] as const;

/**
 * Makes `<lab-simulator-…>` known to the page. What is inside the element stands there until scripts run, and where
 * they do not: put a still of the simulator in. `level` is the level of its heading, 3 where nothing is said. All of it
 * is in the light DOM, so the page's styles and its search see it; `simulators.css` dresses it.
 */
export function defineSimulatorElement(simulator: Simulator): void {
  const name = `lab-simulator-${simulator.id}`;
  if (customElements.get(name)) return;
  customElements.define(
    name,
    class extends HTMLElement {
      #view: SimulatorView | undefined;

      connectedCallback(): void {
        const told = Number(this.getAttribute('level'));
        const level = levels.find((one) => one === told) ?? 3;
        // A page may have the same simulator twice; the address is then of both.
        const count = document.querySelectorAll(name).length;
        const id =
          count === 1
            ? `sim-${simulator.id}`
            : `sim-${simulator.id}-${[...document.querySelectorAll(name)].indexOf(this)}`;
        this.#view = createSimulatorView(simulator, { id, level });
        this.replaceChildren(this.#view.element);
      }

      disconnectedCallback(): void {
        this.#view?.[Symbol.dispose]();
        this.#view = undefined;
      }
    },
  );
}
