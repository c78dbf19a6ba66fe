import type { FindingCodeFacts, LabErrorFacts, ProblemFacts } from '@lab/facts';
import { type Explained, nothingRelated, type RelatedCheck } from './explained.ts';

/** A code of the findings in reports. */
export function explainFinding({ code, page, meaning }: FindingCodeFacts, checks: readonly RelatedCheck[]): Explained {
  const text = ['A finding of a report. It says what was measured, what was expected, and when.'];
  return { ...nothingRelated, kind: 'finding', id: code, title: meaning, page, text, checks };
}

/** A code of the service's own answers. */
export function explainProblem({ code, page, status, title }: ProblemFacts): Explained {
  const text = [`An answer of the service: HTTP ${status}, application/problem+json with this code.`];
  return { ...nothingRelated, kind: 'error', id: code, title, page, text };
}

/** A code with which a command of the lab ends. */
export function explainError({ code, page, about, messages, file }: LabErrorFacts): Explained {
  return {
    ...nothingRelated,
    kind: 'error',
    id: code,
    title: messages[0] ?? 'An error of the lab.',
    page,
    text: [
      'An error of the lab.',
      about,
      ...messages.slice(1).map((message) => `It also says: ${message}`),
      `Written in ${file}.`,
    ],
  };
}
