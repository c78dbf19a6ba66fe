import type { Scenario } from '@lab/sdk';

function list(items: readonly string[]): string {
  return items.map((item) => `- ${item}`).join('\n');
}

function codeList(items: readonly string[]): string {
  return list(items.map((item) => `\`${item}\``));
}

function commands(id: string): string {
  const rows = [
    [`npx lab start ${id}`, 'runs this folder under load; saving a file restarts the service'],
    [`npx lab grade ${id}`, 'measures whether the fix holds, and says what it saw'],
    [`npx lab hint ${id}`, 'the next hint'],
    [`npx lab diff ${id}`, 'what you changed since the start'],
    [`npx lab reset ${id}`, 'back to the start; your work is kept in a backup'],
    ['npx tsc -p .', 'checks the types in this folder'],
    ["npx vitest run --root . --exclude '**/*.it.test.ts'", "the team's own tests"],
  ];
  return [
    '| Command | What it does |',
    '|---|---|',
    ...rows.map(([command, what]) => `| \`${command}\` | ${what} |`),
  ].join('\n');
}

/** The page a learner finds in the workspace: what happened, what the fix must keep, where to work. */
export function workspaceReadme(scenario: Scenario): string {
  const sections = [
    `# ${scenario.title}`,
    `Exercise \`${scenario.id}\`, level ${scenario.level}, about ${scenario.minutes} minutes. Lesson: \`${scenario.lesson}\`.`,
    '## What happened',
    ...scenario.story.text,
    '## What the fix must keep',
    list(scenario.story.budgets),
    '## Where to work',
    'Start reading here:',
    codeList(scenario.startWith),
    'You may change, add and delete files that match:',
    codeList(scenario.editable),
    scenario.editable.some((glob) => glob.startsWith('migrations/'))
      ? 'In `migrations/` that means new files: the ones that are there have been applied, and stay as they are.'
      : '',
    'The grader takes these files and no others. Changes elsewhere are ignored, and the report lists them.',
    "SERVICE.md describes the service. The team's own tests pass at the start: they do not cover this incident.",
    '## Commands',
    commands(scenario.id),
    `There are ${scenario.hints.length} hints. This folder has its own git history: commit as often as you like.`,
  ];
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
}
