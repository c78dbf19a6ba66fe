import { type CacheCounts, parseMetrics, type ServiceFigures, serviceFigures } from './service-figures.ts';

export interface ServiceWatch extends Disposable {
  /** Null before the first look, and while no replica answers. */
  latest(): ServiceFigures | null;
}

const everyMs = 1_000;
const withinMs = 900;
const charactersMax = 1024 * 1024;

/** Reads `/metrics` of every replica once a second. A replica that is slow or down is left out. */
export function watchService(addresses: () => readonly string[]): ServiceWatch {
  let figures: ServiceFigures | null = null;
  let cache: CacheCounts | null = null;
  let isLooking = false;
  const look = async (): Promise<void> => {
    if (isLooking) return;
    isLooking = true;
    const texts = await Promise.all(addresses().map(readMetrics));
    const told = texts.filter((text) => text !== null).map(parseMetrics);
    const now = told.length === 0 ? null : serviceFigures(told, cache);
    figures = now?.figures ?? null;
    cache = now?.cache ?? null;
    isLooking = false;
  };
  const timer = setInterval(() => void look(), everyMs);
  return { latest: () => figures, [Symbol.dispose]: () => clearInterval(timer) };
}

async function readMetrics(internalUrl: string): Promise<string | null> {
  try {
    const response = await fetch(`${internalUrl}/metrics`, { signal: AbortSignal.timeout(withinMs) });
    const text = await response.text();
    return response.ok ? text.slice(0, charactersMax) : null;
  } catch {
    // Down, or replaced in this moment.
    return null;
  }
}
