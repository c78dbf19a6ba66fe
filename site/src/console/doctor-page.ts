import { askLab } from './ask-lab.ts';
import { element, table } from './dom.ts';
import { loadInto } from './loaded-page.ts';

interface Finding {
  readonly what: string;
  readonly state: 'fine' | 'note' | 'problem';
  readonly found: string;
  readonly fix: string | null;
}

const marks = { fine: '✓ fine', note: '· note', problem: '✗ problem' };
const classes = { fine: 'is-passed', note: 'is-inconclusive', problem: 'is-failed' };

/** What `lab doctor` finds on this machine, problems first. */
export class DoctorPage extends HTMLElement {
  connectedCallback(): void {
    void loadInto(this, async () => {
      const { ok, checks } = await askLab<{ readonly ok: boolean; readonly checks: readonly Finding[] }>('/api/doctor');
      const order = ['problem', 'note', 'fine'];
      const sorted = [...checks].sort((one, other) => order.indexOf(one.state) - order.indexOf(other.state));
      const problems = checks.filter(({ state }) => state === 'problem').length;
      const verdict = ok
        ? `All ${checks.length} checks are fine.`
        : `${problems} of ${checks.length} checks found a problem.`;
      const rows = sorted.map(({ what, state, found, fix }) => [
        element('b', { class: classes[state] }, marks[state]),
        what,
        found,
        fix ?? '–',
      ]);
      return [
        element('p', { class: `verdict ${ok ? 'is-passed' : 'is-failed'}` }, verdict),
        table('What npx lab doctor finds', ['Is', 'What', 'Found', 'Try'], rows),
      ];
    });
  }
}
