import type { Check, Finding } from '@lab/sdk';
import { generousMs, ordersOf } from './charges.ts';
import { moment, operationList } from './evidence-views.ts';
import { notMeasured } from './not-measured.ts';

interface AcceptedAtOnceOptions extends Pick<Check, 'id' | 'title' | 'points' | 'lesson' | 'experiments'> {
  /** Generous: whoever orders does not wait for the provider. Scaled up on a machine whose echo is late. */
  readonly withinMs: number;
}

/** An order is accepted whatever the provider or a worker does: refusing or waiting is no fix. */
export function acceptedAtOnce(options: AcceptedAtOnceOptions): Check {
  const { withinMs, ...facts } = options;
  return {
    ...facts,
    judge: (evidence) => {
      const asked = facts.experiments.filter((experiment) => evidence.selected.includes(experiment));
      const orders = ordersOf(evidence, asked);
      if (asked.length > 0 && orders.length === 0) return [notMeasured('No order was placed')];
      const limitMs = generousMs(withinMs, evidence);
      const refused = orders.filter(({ outcome }) => outcome !== 'ok');
      const late = orders.filter(({ outcome, startMs, endMs }) => outcome === 'ok' && endMs - startMs > limitMs);
      const findings: Finding[] = [];
      const [firstRefused] = refused;
      if (firstRefused !== undefined) {
        const ids = refused.map(({ id }) => id);
        findings.push({
          code: 'ORDER_REFUSED',
          severity: 'failure',
          message: `${refused.length} of ${orders.length} orders were not accepted, the first at ${moment(firstRefused.startMs)} through ${firstRefused.replica} (${firstRefused.status === 0 ? firstRefused.error : `status ${firstRefused.status}`}). The API and its database were well. See ${operationList(ids)}.`,
          measured: { text: `${refused.length} refused`, value: refused.length, unit: 'orders' },
          expected: { text: 'none', value: 0, unit: 'orders' },
          atMs: firstRefused.startMs,
          refs: { operations: ids.slice(0, 5) },
        });
      }
      const worst = late.toSorted((a, b) => b.endMs - b.startMs - (a.endMs - a.startMs))[0];
      // One slow answer may be the machine's; several are the service waiting for something.
      if (worst !== undefined && late.length > 1) {
        const ids = late.map(({ id }) => id);
        const worstMs = Math.round(worst.endMs - worst.startMs);
        findings.push({
          code: 'ORDER_ACCEPTED_LATE',
          severity: 'failure',
          message: `${late.length} of ${orders.length} orders were accepted later than ${Math.round(limitMs)} ms, the worst after ${worstMs} ms. Whoever orders must not wait for the payment provider. See ${operationList(ids)}.`,
          measured: { text: `${late.length} late`, value: worstMs, unit: 'ms' },
          expected: { text: `at most ${Math.round(limitMs)} ms`, value: Math.round(limitMs), unit: 'ms' },
          atMs: worst.startMs,
          refs: { operations: ids.slice(0, 5) },
        });
      }
      return findings;
    },
  };
}
