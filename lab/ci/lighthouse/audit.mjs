// `node audit.mjs <address> <port>`: what Lighthouse says of a page, as JSON on stdout. A program of its own, since
// Lighthouse is installed apart from the rest (lab/decisions/0025) and leaves timers and sockets behind.
import process from 'node:process';
import lighthouse from 'lighthouse';

const [address, port] = process.argv.slice(2);
const categories = ['performance', 'accessibility', 'best-practices', 'seo'];
const result = await lighthouse(address, { port: Number(port), logLevel: 'error', onlyCategories: categories });
if (!result) throw new Error(`Lighthouse had nothing to say of ${address}.`);
const { lhr } = result;
if (lhr.runtimeError) throw new Error(`${lhr.runtimeError.code}: ${lhr.runtimeError.message}`);
const text = JSON.stringify({ categories: lhr.categories, audits: lhr.audits });
process.stdout.write(text, () => process.exit(0));
