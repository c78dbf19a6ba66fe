/**
 * Colours by what they say. Text has a contrast of 4.5 or more, marks of the picture of 3 or more;
 * `line` only divides.
 */
export interface Palette {
  readonly ground: string;
  readonly panel: string;
  readonly ink: string;
  readonly soft: string;
  readonly line: string;
  readonly pass: string;
  readonly fail: string;
  readonly unsure: string;
  readonly link: string;
  /** A stretch of the picture: an experiment that was reached, a fault. */
  readonly bar: string;
  readonly phase: string;
}

export const light: Palette = {
  ground: '#ffffff',
  panel: '#f4f6f8',
  ink: '#1b1f24',
  soft: '#55606b',
  line: '#c3cad2',
  pass: '#17692f',
  fail: '#b3261e',
  unsure: '#7a5300',
  link: '#0b57a4',
  bar: '#4d6d99',
  phase: '#dbe4ee',
};

export const dark: Palette = {
  ground: '#14181d',
  panel: '#1d232a',
  ink: '#e6e9ed',
  soft: '#a6b0bb',
  line: '#444d57',
  pass: '#62c97a',
  fail: '#ff8a80',
  unsure: '#e6b84a',
  link: '#82bbff',
  bar: '#7f9fc9',
  phase: '#2c3a4b',
};
