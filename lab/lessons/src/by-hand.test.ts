import { expect, test } from 'vitest';
import { byHandOf } from './by-hand.ts';

const lesson = `## See it by hand

| Disturb                                                  | Watch                   | Belongs to    |
| -------------------------------------------------------- | ----------------------- | ------------- |
| \`npx lab fault on link-down --target api-1:redis-cache\` | \`cache_failures_total\` | [Away](#away) |
| \`npx lab fault on disk-full\`                            | the log                 | [Full](#full) |

## Sources

\`npx lab fault on other\`
`;

test('a line names a fault, figures and sections', () => {
  expect(byHandOf(lesson)).toEqual([
    { fault: 'link-down', target: 'api-1:redis-cache', metrics: ['cache_failures_total'], anchors: ['away'] },
    { fault: 'disk-full', target: undefined, metrics: [], anchors: ['full'] },
  ]);
});

test('a lesson without the section invites to nothing', () => {
  expect(byHandOf('## Sources\n')).toEqual([]);
});
