import { readFileSync } from 'node:fs';
import type { Loader, LoaderContext } from 'astro/loaders';
import { leadOf, titleOf } from './lesson-title.ts';

/**
 * A loader whose pages need no front matter: what it does not say is taken from the text. Throws where a page could not
 * be made, which the loader itself only logs.
 */
export function strictLoader(loader: Loader): Loader {
  return {
    ...loader,
    load: async (context) => {
      const failures: string[] = [];
      const logger = Object.create(context.logger, {
        error: { value: (message: string) => void failures.push(message) },
      }) as LoaderContext['logger'];
      await loader.load({ ...context, logger, parseData: (props) => context.parseData(withTitle(props)) });
      if (failures.length > 0) throw new Error(failures.join('\n'));
    },
  };
}

function withTitle<Props extends { readonly filePath?: string; readonly data: object }>(props: Props): Props {
  const text = props.filePath === undefined ? '' : readFileSync(props.filePath, 'utf8');
  const [title, description] = [titleOf(text), leadOf(text)];
  const found = { ...(title === null ? {} : { title }), ...(description === null ? {} : { description }) };
  return { ...props, data: { ...found, ...props.data } };
}
