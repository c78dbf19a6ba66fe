import { markup } from '../markup.ts';
import { machineText, repeatCommand } from '../run-facts.ts';
import { grouped } from './data-table.ts';
import { facts, type Page, type Section } from './page.ts';

/** On what the run was made, and how to make it again. */
export function runSection({ report }: Page): Section {
  const { versions, load, phases } = report.lab;
  return {
    id: 'run',
    title: 'The run',
    content: facts([
      ['Machine', machineText(report)],
      [
        'Versions',
        Object.entries(versions)
          .map(([part, version]) => `${part} ${version}`)
          .join(', '),
      ],
      [
        'Load',
        `${grouped(load.planned)} requests planned, ${grouped(load.delivered)} sent, ${grouped(load.dropped)} dropped`,
      ],
      [
        'Phases',
        Object.entries(phases)
          .map(([name, ms]) => `${name} ${grouped(ms)} ms`)
          .join(', '),
      ],
      ['Again', markup`<code>${repeatCommand(report)}</code>`],
    ]),
  };
}
