import { expect, test } from 'vitest';
import { parseOptions, sections } from './options.ts';

test('without options everything is measured, for a minute', () => {
  expect(parseOptions([])).toEqual({ json: false, help: false, long: false, wanted: new Set(sections), out: null });
});

test('sections are named with commas between them', () => {
  expect(parseOptions(['--only', 'naive, load', '--long']).wanted).toEqual(new Set(['naive', 'load']));
});

test('a section that is not known is named, with those that are', () => {
  expect(() => parseOptions(['--only', 'load,limits'])).toThrow('There is no section "limits"');
  expect(() => parseOptions(['--quick'])).toThrow('--quick');
});
