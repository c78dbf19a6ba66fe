import { type Decoded, decodeState, encodeState, type PageState, type Simulator } from '@lab/simulators';

/** The state of one simulator in the address of the page. What is there beside it stays. */
export interface Address {
  read(): Decoded;
  /** Soon: a slider that is dragged writes once it rests. */
  write(state: PageState): void;
  /** An address that leads back to this state. */
  linkTo(state: PageState): string;
  stop(): void;
}

/** Browsers count how often an address is replaced, and refuse beyond some hundred times in half a minute. */
const REST_MS = 300;

export function createAddress(simulator: Simulator): Address {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const linkTo = (state: PageState) => {
    const url = new URL(location.href);
    for (const name of [...url.searchParams.keys()]) {
      if (name.startsWith(`${simulator.prefix}.`)) url.searchParams.delete(name);
    }
    for (const [name, value] of encodeState(simulator, state)) url.searchParams.set(name, value);
    return url.href;
  };
  return {
    read: () => decodeState(simulator, new URL(location.href).searchParams),
    linkTo,
    write(state) {
      clearTimeout(timer);
      timer = setTimeout(() => history.replaceState(history.state, '', linkTo(state)), REST_MS);
    },
    stop: () => clearTimeout(timer),
  };
}
