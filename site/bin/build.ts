#!/usr/bin/env node
// `npm run build:site [-- --quiet]`: the pages, into site/dist. Exit 1 where a page links to something that is not there.
import process from 'node:process';

// Before Astro is loaded: nothing calls home from here.
process.env['ASTRO_TELEMETRY_DISABLED'] = '1';
// Whoever asks, the pages are those that readers get.
process.env['NODE_ENV'] = 'production';
const { buildSite } = await import('../src/built/build-site.ts');

const dead = await buildSite({ isQuiet: process.argv.includes('--quiet') });
for (const line of dead) console.error(line);
process.exitCode = dead.length === 0 ? 0 : 1;
