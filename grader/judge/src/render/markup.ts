import { inert } from './text.ts';

const trusted: unique symbol = Symbol('markup');

/** HTML or XML made by the `markup` tag. The key is a symbol: nothing that was read from JSON passes for it. */
export interface Markup {
  readonly [trusted]: string;
}

export type MarkupValue = string | number | null | Markup | readonly MarkupValue[];

/**
 * HTML, SVG or XML from a template. Values are escaped, and lose what no document may hold; lists are
 * joined; null is nothing. Values stand between tags or in a quoted attribute, and nowhere else.
 */
export function markup(fixed: TemplateStringsArray, ...values: readonly MarkupValue[]): Markup {
  const text = fixed.map((part, index) => `${part}${textOf(values[index] ?? null)}`).join('');
  return { [trusted]: text };
}

/** The finished document, or a part of one. */
export function textOf(value: MarkupValue): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string') return escaped(value);
  return isMarkup(value) ? value[trusted] : value.map(textOf).join('');
}

function isMarkup(value: Markup | readonly MarkupValue[]): value is Markup {
  return trusted in value;
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return inert(text).replaceAll(/[&<>"']/g, (character) => entities[character] ?? '');
}
