import { askLab, LabRefusal } from '../ask-lab.ts';
import { element } from '../dom.ts';
import { note } from '../locked.ts';

/** A file of the workspace that the lab may be asked to open. */
interface KnownFile {
  readonly id: string;
  readonly path: string;
  readonly isStart: boolean;
}

/** A line of a file. */
export interface Place {
  readonly path: string;
  readonly line: number | null;
}

/** Files of the workspace, which open in the editor of whoever sits at the lab. */
export interface FilePanel {
  readonly root: HTMLElement;
  /** Asks which files there are: to be called when the session or the scenario is another one. */
  refresh(scenario: string): void;
  /** Where the code is wrong; null where nothing is known to be. */
  point(place: Place | null): void;
}

/** Those that the scenario says to read first; beside them the place that is wrong. */
export function filePanel(): FilePanel {
  const list = element('ul', { class: 'files', 'aria-label': 'Files to read first' });
  const wrong = element('p', { hidden: true });
  const said = element('div', { role: 'status' });
  const root = element(
    'section',
    { class: 'panel your-files', hidden: true },
    element('h2', {}, 'Your files'),
    wrong,
    list,
    said,
  );
  let scenario = '';
  let files: readonly KnownFile[] = [];
  let place: Place | null = null;

  const open = async ({ id, path }: KnownFile, line: number | null): Promise<void> => {
    said.replaceChildren(element('p', { class: 'quiet' }, `Opening ${path} …`));
    try {
      const { editor } = await askLab<{ readonly editor: string }>('/api/open', {
        scenario,
        id,
        ...(line === null ? {} : { line }),
      });
      said.replaceChildren(element('p', { class: 'quiet' }, `${path} is open in ${editor}.`));
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      said.replaceChildren(note(message, error instanceof LabRefusal ? error.hint : null));
    }
  };
  const opener = (file: KnownFile, line: number | null): HTMLButtonElement => {
    const name = `${file.path}${line === null ? '' : `:${line}`}`;
    const button = element('button', { type: 'button', 'aria-label': `Open ${name} in your editor` }, name);
    button.addEventListener('click', () => void open(file, line));
    return button;
  };
  const draw = (): void => {
    const file = files.find(({ path }) => path === place?.path);
    wrong.hidden = file === undefined;
    if (file !== undefined) wrong.replaceChildren('Your code is wrong here: ', opener(file, place?.line ?? null));
  };
  const read = async (): Promise<void> => {
    const asked = scenario;
    const document = await askLab<{ readonly files: readonly KnownFile[] }>(`/api/files/${asked}`).catch(() => null);
    if (asked !== scenario) return;
    files = document?.files ?? [];
    // Without a workspace there is nothing to open, and nothing to say of it.
    root.hidden = files.length === 0;
    const first = files.filter(({ isStart }) => isStart);
    list.replaceChildren(...first.map((file) => element('li', {}, opener(file, null))));
    draw();
  };
  return {
    root,
    refresh(named) {
      scenario = named;
      void read();
    },
    point(given) {
      if (given?.path === place?.path && given?.line === place?.line) return;
      place = given;
      draw();
    },
  };
}
