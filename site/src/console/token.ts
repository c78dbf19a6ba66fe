const key = 'lab-token';
const shape = /^[\w-]{20,200}$/;

/**
 * The token of the lab that serves this page. `lab open` hands it over in the fragment, which no server is sent; from
 * there it moves into this tab's memory and out of the address. Null: this tab was never given one.
 */
export function takeToken(): string | null {
  const fragment = new URLSearchParams(location.hash.slice(1));
  const given = fragment.get('token');
  if (given !== null) {
    fragment.delete('token');
    // What else the fragment says stays: it may name a moment.
    const rest = fragment.size === 0 ? '' : `#${fragment}`;
    history.replaceState(history.state, '', `${location.pathname}${location.search}${rest}`);
    if (shape.test(given)) sessionStorage.setItem(key, given);
  }
  return sessionStorage.getItem(key);
}
