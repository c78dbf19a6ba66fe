import { expect, test } from 'vitest';
import { newestFirst } from './newest-first.ts';

/** As much of an element as a list needs. */
function fakeList() {
  let children: { readonly name: string; remove(): void }[] = [];
  const list = {
    get children() {
      return children;
    },
    prepend: (...added: typeof children) => {
      children = [...added, ...children];
    },
    replaceChildren: (...all: typeof children) => {
      children = all;
    },
  };
  const made: string[] = [];
  const shown = newestFirst(list as unknown as Element, ({ name }: Named) => {
    made.push(name);
    const item = {
      name,
      remove: () => {
        children = children.filter((one) => one !== item);
      },
    };
    return item as unknown as Element;
  });
  return { shown, made, names: () => children.map(({ name }) => name).join('') };
}

interface Named {
  readonly name: string;
}
const known = new Map<string, Named>();
/** The same objects for the same letters. */
const of = (letters: string): readonly Named[] =>
  [...letters].map((name) => {
    const value = known.get(name) ?? { name };
    known.set(name, value);
    return value;
  });

test('what is new comes first, what has left goes, and what stays is made once', () => {
  const { shown, made, names } = fakeList();
  shown.show(of('ab'));
  expect(names()).toBe('ba');
  shown.show(of('abc'));
  shown.show(of('bcd'));
  expect(names()).toBe('dcb');
  shown.show(of('bcd'));
  expect(names()).toBe('dcb');
  expect(made.join('')).toBe('bacd');
});

test('whatever else changed is shown all the same', () => {
  const { shown, names } = fakeList();
  shown.show(of('abc'));
  for (const values of [of('ac'), of('cab'), of('de'), of(''), of('e'), of('dea')]) {
    shown.show(values);
    expect(names()).toBe(
      values
        .toReversed()
        .map(({ name }) => name)
        .join(''),
    );
  }
});
