/** Every row that the bench knows, in the order of the table, with what is measured. */
export const rowTitles = {
  floor: 'the same parts and idle Node processes, started by a bare shell script, until all listen',
  'start-cold': 'first loaded request after lab start: nothing in the cache but the tools',
  'start-warm': 'first loaded request after lab start: template, workspace and compiled code are there',
  reset: 'an untouched database in the place of the used one, a spare being ready',
  'save-to-first-replica': 'from a saved file to the first replica that answers /readyz with the new code',
  'save-to-all': 'from a saved file to the last replica that answers /readyz with the new code',
  grade: 'lab grade of the reference, from the command to its end',
  'memory-idle': 'memory (PSS) of all processes of the session, the lab too, without load',
  'memory-load': 'memory (PSS) of all processes of the session, the lab and k6 too, under the load of a grade',
  'pss-api': 'memory (PSS) of one API process of ShelfWise under load, the largest',
  'pss-worker': 'memory (PSS) of one worker process of ShelfWise under load, the largest',
  stop: 'until no process, port or lock is left',
  'load-delivered': 'requests delivered against planned',
  'service-200': 'the reference under 200 requests a second of mixed load, for a minute',
  verdicts: 'stored proof of the scenario',
  check: 'npm run check',
} as const;

export type RowId = keyof typeof rowTitles;

export const rowIds = Object.keys(rowTitles) as readonly RowId[];

export function isRowId(text: string): text is RowId {
  return Object.hasOwn(rowTitles, text);
}
