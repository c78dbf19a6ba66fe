/** Says whether a version suits, and what would. */
export interface SuitingVersion {
  readonly text: string;
  suits(version: string): boolean;
}

interface Range {
  readonly major?: number;
  readonly minor?: number;
  /** Inclusive, as `major.minor.patch`. */
  readonly atLeast?: string;
}

/** A range in words and in numbers; each bound that is given must hold. */
export function versionRange(text: string, range: Range): SuitingVersion {
  return { text, suits: (version) => isInRange(version, range) };
}

/**
 * The version in what a program prints when asked for it. Knows `k6 v2.2.0 (go…)`,
 * `toxiproxy-server version 2.12.0`, `Redis server v=7.0.15 sha=…`, `postgres (PostgreSQL) 18.4`,
 * `HAProxy version 2.6.12-1 …`, `Version  : 1.8.0` and `varnishd (varnish-7.1.1 revision …)`. Undefined where there is none.
 */
export function parseVersion(output: string): string | undefined {
  const match = /(?:^|[\s=v-])(\d+\.\d+(?:\.\d+)*)/.exec(output);
  return match?.[1];
}

function isInRange(version: string, range: Range): boolean {
  const [major, minor] = numbers(version);
  if (major === undefined) return false;
  if (range.major !== undefined && major !== range.major) return false;
  if (range.minor !== undefined && minor !== range.minor) return false;
  return range.atLeast === undefined || compare(version, range.atLeast) >= 0;
}

function compare(left: string, right: string): number {
  const others = numbers(right);
  for (const [index, part] of numbers(left).entries()) {
    const difference = part - (others[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function numbers(version: string): number[] {
  const match = /^\d+(?:\.\d+)*/.exec(version);
  return match ? match[0].split('.').map(Number) : [];
}
