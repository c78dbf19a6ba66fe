import { facts } from 'virtual:lab-facts';
import { glossary } from '../facts/glossary.ts';
import { searchEntries } from '../search/search-entries.ts';

/** What the search knows by id; loaded when it is opened. */
export function GET(): Response {
  return new Response(JSON.stringify(searchEntries(facts, glossary)));
}
