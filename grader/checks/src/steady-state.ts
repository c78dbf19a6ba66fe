import { type Check, type Evidence, type Finding, loadStalled, notLetIn, type Operation, preparation } from '@lab/sdk';
import { latest, total } from './evidence-views.ts';
import { notMeasured } from './not-measured.ts';

interface SteadyStateOptions extends Pick<Check, 'id' | 'title' | 'points' | 'lesson'> {
  /** Names of the load's requests, as k6 tags them. */
  readonly requests: readonly string[];
  /** Share of failed requests that is still steady. */
  readonly failedShareMax: number;
}

const calm = { window: 'calm' };

/**
 * With no fault and no barrier, the service answers the planned load. Where it does not, the lab has
 * tried the reference on this machine right after: only if that held is the code at fault.
 */
export function steadyState(options: SteadyStateOptions): Check {
  const { requests, failedShareMax, ...facts } = options;
  return {
    ...facts,
    experiments: [],
    judge: (evidence) => {
      const refused = refusedLogins(evidence);
      // Without tokens every request is refused: to say so of each kind would hide the cause.
      const ofTheLoad = [...failedRequests(evidence, requests, failedShareMax), ...stalledLoad(evidence, requests)];
      const findings = [...(refused.length > 0 ? refused : ofTheLoad), ...unexpectedExits(evidence)];
      return findings.map((finding) =>
        isDoubtful(finding, evidence) ? { ...finding, severity: 'inconclusive' } : finding,
      );
    },
  };
}

/** A machine on which the reference fails too proves nothing; one that had no time for the lab itself, nothing on speed. */
function isDoubtful({ code }: Finding, { referenceBaseline }: Evidence): boolean {
  return referenceBaseline === 'failed' || (referenceBaseline === 'busy' && code === loadStalled);
}

/** Whom the load needs, and the service did not let in. */
function refusedLogins({ history }: Evidence): readonly Finding[] {
  const asked = history.filter(({ experiment }) => experiment === preparation);
  const refused = notLetIn(asked);
  const [first] = refused;
  if (first === undefined) return [];
  const [who, logins] = first;
  const others = [...refused.keys()].slice(1);
  return [
    {
      code: 'NOBODY_LET_IN',
      severity: 'failure',
      message: `With nothing broken, no replica let ${who} in: ${logins.map(loginAnswer).join(', ')}.${sameFor(others)} Without a token no request of theirs can be answered. The faults were not started.`,
      measured: { text: `${refused.size} not let in`, value: refused.size, unit: 'people' },
      expected: { text: 'everybody gets a token', value: 0, unit: 'people' },
      atMs: logins[0]?.startMs ?? null,
      refs: { operations: [...refused.values()].flat().map(({ id }) => id) },
    },
  ];
}

const namedMax = 3;

function sameFor(others: readonly string[]): string {
  if (others.length === 0) return '';
  const more = others.length - namedMax;
  return ` The same for ${others.slice(0, namedMax).join(', ')}${more > 0 ? ` and ${more} more` : ''}.`;
}

function loginAnswer({ replica, status, outcome, error }: Operation): string {
  if (status === 0) return `${replica} gave no answer (${error ?? 'NETWORK'})`;
  const said = error === undefined ? `${status}` : `${status} ${error}`;
  return `${replica} answered ${outcome === 'ok' ? `${said} without a token` : said}`;
}

function failedRequests(evidence: Evidence, requests: readonly string[], shareMax: number): readonly Finding[] {
  return requests.flatMap((name): Finding[] => {
    const sent = total(evidence, 'load.requests', { ...calm, name });
    const failed = total(evidence, 'load.failed', { ...calm, name });
    if (sent === 0 || failed / sent <= shareMax) return [];
    return [
      {
        code: 'ERRORS_AT_REST',
        severity: 'failure',
        message: `With nothing broken, ${failed} of ${sent} requests of the kind "${name}" failed. The faults were not started.`,
        measured: { text: `${failed} of ${sent} failed`, value: failed / sent, unit: 'share' },
        expected: { text: `at most ${shareMax * 100} %`, value: shareMax, unit: 'share' },
        atMs: null,
        refs: {},
      },
    ];
  });
}

function stalledLoad(evidence: Evidence, requests: readonly string[]): readonly Finding[] {
  const durationMs = latest(evidence, 'window.duration_ms', calm);
  if (durationMs === null) return [notMeasured('The calm stretch of the run has no figures')];
  const planned = evidence.labHealth.load.planned;
  const answered = requests.reduce((sum, name) => sum + total(evidence, 'load.requests', { ...calm, name }), 0);
  if (answered >= planned * 0.9) return [];
  return [
    {
      code: loadStalled,
      severity: 'failure',
      message: `In ${Math.round(durationMs)} ms without any fault, ${answered} of ${planned} planned requests were answered. The service stood still, or answered too slowly for the load.`,
      measured: { text: `${answered} answered`, value: answered, unit: 'requests' },
      expected: { text: `at least 90 % of ${planned}`, value: Math.round(planned * 0.9), unit: 'requests' },
      atMs: null,
      refs: {},
    },
  ];
}

function unexpectedExits(evidence: Evidence): readonly Finding[] {
  return evidence.exits.map((exit) => ({
    code: 'REPLICA_DIED',
    severity: 'failure' as const,
    message: `${exit.part} ended by itself (${exit.exitCode === null ? exit.signal : `exit ${exit.exitCode}`}). ${exit.tail.length === 0 ? 'It printed nothing.' : `Its last words: ${exit.tail.slice(-3).join(' / ')}`}`,
    measured: { text: `${exit.part} ended` },
    expected: { text: 'every replica keeps running' },
    atMs: exit.atMs,
    refs: {},
  }));
}
