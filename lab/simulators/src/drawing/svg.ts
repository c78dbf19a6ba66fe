/** Text that is safe between tags and in attributes. */
export function escapeText(text: string): string {
  const names: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  };
  return text.replaceAll(/[&<>"']/g, (character) => names[character] ?? character);
}

type Attributes = Readonly<Record<string, string | number>>;

/** One element. Numbers are kept to a tenth of a pixel, which is as fine as anybody sees. */
export function element(name: string, attributes: Attributes, content = ''): string {
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${escapeText(String(rounded(value)))}"`);
  return `<${name}${written.join('')}>${content}</${name}>`;
}

export function text(words: string, attributes: Attributes): string {
  return element('text', attributes, escapeText(words));
}

export function line(from: readonly [number, number], to: readonly [number, number], className: string): string {
  return element('line', { x1: from[0], y1: from[1], x2: to[0], y2: to[1], class: className });
}

export function rect(box: { x: number; y: number; width: number; height: number }, className: string): string {
  return element('rect', { ...box, width: Math.max(0, box.width), class: className });
}

/** Many small marks as one path, since a thousand elements are slow and one path of a thousand strokes is not. */
export function marks(points: readonly (readonly [number, number])[], stroke: string, className: string): string {
  if (points.length === 0) return '';
  return element('path', {
    d: points.map(([x, y]) => `M${rounded(x)} ${rounded(y)}${stroke}`).join(''),
    class: className,
  });
}

/** Strokes of `marks`: they differ by shape, so that nobody has to tell colours apart. */
export const strokes = {
  tick: 'v-12',
  cross: 'm-3-3l6 6m0-6l-6 6',
  ring: 'm-3 0a3 3 0 1 0 6 0a3 3 0 1 0-6 0',
  dot: 'h0',
} as const;

function rounded(value: string | number): string | number {
  return typeof value === 'number' ? Math.round(value * 10) / 10 : value;
}
