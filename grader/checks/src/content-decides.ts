import type { Check } from '@lab/sdk';
import { notMeasured } from './not-measured.ts';
import {
  eachOnce,
  isTaken,
  type Problem,
  problemFindings,
  reasonOf,
  said,
  textOf,
  type UploadRow,
  uploadRows,
} from './uploads.ts';

interface ContentDecidesOptions extends Pick<Check, 'id' | 'title' | 'points' | 'lesson' | 'experiments'> {
  /** The experiment that looked at every upload again when all was over. */
  readonly settled: string;
}

const rules = [
  {
    code: 'IMPOSTOR_READY',
    rule: 'What is no picture or film, or not the one that was announced, never becomes "ready".',
  },
  { code: 'PAGE_SERVED', rule: 'Nothing that ShelfWise serves holds a page.' },
  { code: 'SERVED_INLINE', rule: 'Everything is served as an attachment.' },
  { code: 'WRONG_TYPE_SERVED', rule: 'Everything is served and shown by the type that its content has.' },
  { code: 'UNDECIDED', rule: 'Whatever was confirmed is decided.' },
];

/** The content decides what a file is, whatever it is called; and what is served cannot be shown as a page. */
export function contentDecides(options: ContentDecidesOptions): Check {
  const { settled, ...facts } = options;
  return {
    ...facts,
    experiments: [...facts.experiments, settled],
    judge: (evidence) => {
      const asked = facts.experiments.filter((experiment) => evidence.selected.includes(experiment));
      if (asked.length === 0) return [];
      const rows = uploadRows(evidence, 'uploads', asked);
      const atRest = uploadRows(evidence, 'uploads-at-rest', asked);
      if (rows === null || atRest === null) return [notMeasured('No upload was looked at')];
      const problems = [
        ...rows.flatMap(contentProblems),
        ...rows.flatMap(undecided),
        ...atRest.flatMap(contentProblems),
      ];
      return problemFindings(eachOnce(problems), rules);
    },
  };
}

/** What an upload that must not be served has come to. Where there is a picture in it, that alone may be served. */
function contentProblems(row: UploadRow): readonly Problem[] {
  const { expected, holdsPicture, holdsPage, status, served } = row;
  const isReady = status === 'ready' || served === 200;
  if (expected === 'never' && holdsPicture !== true && isReady) {
    return [
      { code: 'IMPOSTOR_READY', row, seen: `it is "${status}", and getting it was answered with ${said(served)}` },
    ];
  }
  if (served !== 200) return [];
  if (expected === 'never' && holdsPage === true) {
    return [{ code: 'PAGE_SERVED', row, seen: 'its page is in what was served' }];
  }
  const [servedAs, type, kind] = [textOf(row, 'servedAs'), textOf(row, 'servedType'), textOf(row, 'servedKind')];
  if (servedAs?.toLowerCase().startsWith('attachment') !== true) {
    return [
      {
        code: 'SERVED_INLINE',
        row,
        seen: `its Content-Disposition is ${servedAs === null ? 'missing' : `"${servedAs}"`}`,
      },
    ];
  }
  const shown = 'shownType' in row ? textOf(row, 'shownType') : kind;
  if (kind !== null && type === kind && shown === kind) return [];
  return [
    {
      code: 'WRONG_TYPE_SERVED',
      row,
      seen: `${kind ?? 'none of the allowed types'}, served as ${type}, shown as ${shown}`,
    },
  ];
}

function undecided(row: UploadRow): readonly Problem[] {
  const isOpen = isTaken(row['confirmed']) && row['decidedAfterMs'] === null;
  if (!isOpen || row['expected'] === 'ready') return [];
  return [{ code: 'UNDECIDED', row, seen: `it is still "${row['status']}"${reasonOf(row)}` }];
}
