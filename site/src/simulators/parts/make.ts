type Attributes = Readonly<Record<string, string | number | boolean>>;

/** An element with attributes and children. `true` is an attribute without a value, `false` none at all. */
export function make<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Attributes = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== false) made.setAttribute(key, value === true ? '' : String(value));
  }
  made.append(...children);
  return made;
}

export function button(label: string, onClick: () => void): HTMLButtonElement {
  const made = make('button', { type: 'button', class: 'sim-button' }, label);
  made.addEventListener('click', onClick);
  return made;
}
