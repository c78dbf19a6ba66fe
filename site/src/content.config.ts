import { defineCollection } from 'astro:content';
import { docsSchema } from '@astrojs/starlight/schema';
import { glob } from 'astro/loaders';
import { z } from 'astro/zod';
import { pageId } from './lessons/page-of-file.ts';
import { strictLoader } from './lessons/strict-loader.ts';

/** Pages of Markdown lie where the repository has them: nothing is copied. */
const files = glob({
  base: '..',
  pattern: ['lessons/*/index.{md,mdx}', 'lab/decisions/*.md', 'docs/*.md'],
  generateId: ({ entry }) => pageId(entry),
});

export const collections = {
  docs: defineCollection({
    loader: strictLoader(files),
    schema: docsSchema({ extend: z.object({ scenarios: z.array(z.string()).optional() }) }),
  }),
};
