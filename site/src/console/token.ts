const key = 'lab-token';
const shape = /^[\w-]{20,200}$/;

/**
 * The token of the lab that serves this page. `lab open` hands it over in the fragment, which no server is sent; from
 * there it moves into this tab's memory and out of the address. Null: this tab was never given one.
 */
export function takeToken(): string | null {
  const given = new URLSearchParams(location.hash.slice(1)).get('token');
  if (given !== null) {
    history.replaceState(history.state, '', `${location.pathname}${location.search}`);
    if (shape.test(given)) sessionStorage.setItem(key, given);
  }
  return sessionStorage.getItem(key);
}
