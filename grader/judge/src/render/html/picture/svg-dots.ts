import type { Operation } from '@lab/sdk';
import { type Markup, markup } from '../../markup.ts';
import { grouped } from '../data-table.ts';
import { labelLanes, labelMarkup, lanesHeightPx } from './label-lanes.ts';
import type { PictureRow } from './picture-row.ts';
import type { TimeAxis } from './svg-axis.ts';

const laneHeightPx = 46;
const readsTopPx = 24;
const writesTopPx = 38;
const viewsMax = 20;

interface Dots {
  readonly operations: readonly Operation[];
  /** All that were made, drawn or not. */
  readonly history: readonly Operation[];
  readonly named: ReadonlySet<number>;
  readonly axis: TimeAxis;
}

/** The forms of the dots, once; each dot refers to one. */
export const dotForms = markup`<defs>
<circle id="dot-read" class="ok" r="3.5" />
<rect id="dot-write" class="ok" x="-3.5" y="-3.5" width="7" height="7" />
<path id="dot-fail" class="bad" d="M-4 -4L4 4M-4 4L4 -4" />
<path id="dot-unknown" class="unknown" d="M0 -4.5L4.5 3.5L-4.5 3.5Z" />
<circle id="dot-named" class="named" r="7.5" />
</defs>
`;

const legendEntries = [
  ['dot-read', 'a read that was answered'],
  ['dot-write', 'a write that was answered'],
  ['dot-fail', 'refused: it had no effect'],
  ['dot-unknown', 'no clear outcome'],
  ['dot-named', 'named by a finding'],
] as const;

const answeredForms: Readonly<Record<Operation['kind'], string>> = { read: 'dot-read', write: 'dot-write' };
const unansweredForms: Readonly<Record<Exclude<Operation['outcome'], 'ok'>, string>> = {
  fail: 'dot-fail',
  unknown: 'dot-unknown',
};

/** What the forms mean. */
export function dotLegend(): Markup {
  return markup`<ul class="legend">
${legendEntries.map(
  ([form, text]) =>
    markup`<li><svg width="18" height="18" aria-hidden="true"><use href="#${form}" x="9" y="9" /></svg> ${text}</li>\n`,
)}</ul>
`;
}

/** A lane per view, reads above writes, each operation where it began. */
export function operationRow({ operations, history, named, axis }: Dots): PictureRow {
  const made = Map.groupBy(history, ({ view }) => view);
  const drawn = Map.groupBy(operations, ({ view }) => view);
  const views = [...made.keys()].slice(0, viewsMax);
  const hidden = made.size - views.length;
  const lanes = labelLanes(views, {
    heightPx: laneHeightPx,
    labelOf: (view) => viewLabel(view, made.get(view) ?? []),
  });
  return {
    title: views.length === 0 ? 'Operations: none' : 'Operations of the lab’s clients, by view',
    heightPx: lanesHeightPx(lanes),
    leftOut: hidden > 0 ? `${grouped(hidden)} ${hidden === 1 ? 'view' : 'views'} with their operations` : null,
    draw: (topPx) =>
      markup`${lanes.map(({ lane: view, lines, fromPx, extraPx }) => {
        const top = topPx + fromPx;
        return markup`${labelMarkup(lines, top)}${(drawn.get(view) ?? []).map((operation) => dot(operation, { axis, named, topPx: top + extraPx }))}
`;
      })}`,
  };
}

function viewLabel(view: string, operations: readonly Operation[]): string {
  const failed = operations.filter(({ outcome }) => outcome === 'fail').length;
  const unknown = operations.filter(({ outcome }) => outcome === 'unknown').length;
  const counts = [
    `${view}: ${grouped(operations.length)}`,
    ...(failed > 0 ? [`${grouped(failed)} refused`] : []),
    ...(unknown > 0 ? [`${grouped(unknown)} unclear`] : []),
  ];
  return counts.join(', ');
}

function dot(
  { id, kind, outcome, startMs }: Operation,
  { axis, named, topPx }: Pick<Dots, 'axis' | 'named'> & { readonly topPx: number },
): Markup {
  const form = outcome === 'ok' ? answeredForms[kind] : unansweredForms[outcome];
  const place = markup`x="${axis.at(startMs)}" y="${topPx + (kind === 'read' ? readsTopPx : writesTopPx)}"`;
  return markup`<use href="#${form}" ${place} />${named.has(id) ? markup`<use href="#dot-named" ${place} />` : null}`;
}
