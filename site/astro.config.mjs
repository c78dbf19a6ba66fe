import { resolve } from 'node:path';
import { satteri } from '@astrojs/markdown-satteri';
import mdx from '@astrojs/mdx';
import starlight from '@astrojs/starlight';
import { defineConfig, passthroughImageService } from 'astro/config';
import { collectSiteFacts } from './src/facts/collect-site-facts.ts';
import { factsModule } from './src/facts/facts-module.ts';
import { sidebarOf } from './src/layouts/sidebar.ts';
import { lessonPlugins, pagePlugins } from './src/lessons/markdown-plugins.ts';

const repoRoot = resolve(import.meta.dirname, '..');
const facts = await collectSiteFacts(repoRoot);

/** Code stands on the pages' own panel; colours that would be too pale on it are made stronger. */
function onPanel(theme) {
  const panel = theme.type === 'dark' ? '#1d1b16' : '#f3efe6';
  theme.bg = panel;
  theme.colors['editor.background'] = panel;
  return theme;
}

export default defineConfig({
  root: import.meta.dirname,
  cacheDir: '../.lab/site-cache',
  trailingSlash: 'always',
  // Nothing is fetched that nobody asked for.
  prefetch: false,
  devToolbar: { enabled: false },
  image: { service: passthroughImageService() },
  markdown: {
    processor: satteri({
      mdastPlugins: lessonPlugins(repoRoot, facts),
      hastPlugins: pagePlugins(),
      features: { smartPunctuation: false },
    }),
  },
  vite: {
    plugins: [factsModule(facts)],
    // Another one than Astro's lies where the built program would look for it.
    environments: { prerender: { resolve: { noExternal: ['cookie'] } } },
  },
  integrations: [
    starlight({
      title: 'Brownout',
      description: 'A lab where you repair a failing service, and are told by measurement whether the repair holds.',
      favicon: '/favicon.svg',
      // Its own index is built, and our own dialog asks it.
      pagefind: true,
      lastUpdated: false,
      pagination: true,
      tableOfContents: { minHeadingLevel: 2, maxHeadingLevel: 2 },
      customCss: [
        './src/styles/tokens.css',
        './src/styles/site.css',
        './src/styles/parts.css',
        './src/simulators/simulators.css',
        './src/styles/print.css',
      ],
      components: {
        Header: './src/components/site-header.astro',
        Footer: './src/components/site-footer.astro',
        PageTitle: './src/components/page-title.astro',
        Search: './src/components/search.astro',
      },
      expressiveCode: {
        // Nothing of a line is hidden, on a phone or on paper.
        defaultProps: { wrap: true },
        themes: ['github-dark-default', 'github-light-default'],
        customizeTheme: onPanel,
        styleOverrides: {
          borderRadius: '2px',
          borderColor: 'var(--line)',
          codeFontFamily: 'var(--mono)',
          uiFontFamily: 'var(--mono)',
          frames: {
            frameBoxShadowCssValue: 'none',
            editorTabBarBackground: 'var(--ground)',
            editorTabBarBorderBottomColor: 'var(--line)',
            editorActiveTabIndicatorTopColor: 'var(--accent)',
          },
        },
      },
      sidebar: sidebarOf(facts),
    }),
    mdx({ optimize: true }),
    {
      name: 'lab-routes',
      hooks: {
        // Not below src/pages: names of files are in kebab-case here, without brackets.
        'astro:config:setup': ({ injectRoute }) =>
          injectRoute({ pattern: '/scenarios/[id]', entrypoint: './src/routes/scenario.astro' }),
      },
    },
  ],
});
