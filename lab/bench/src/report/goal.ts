/** What a figure is held against. `within` is for signed figures: so far from zero at most, either way. */
export interface Goal {
  readonly kind: 'at-most' | 'below' | 'within';
  readonly limit: number;
  /** Where the limit comes from, as `5 × floor`. */
  readonly because?: string;
}

export function atMost(limit: number, because?: string): Goal {
  return because === undefined ? { kind: 'at-most', limit } : { kind: 'at-most', limit, because };
}

export function below(limit: number): Goal {
  return { kind: 'below', limit };
}

export function within(limit: number): Goal {
  return { kind: 'within', limit };
}

/** So many times the floor of the same run; null where there is no floor. */
export function timesFloor(factor: number, floor: number | undefined): Goal | null {
  return floor === undefined ? null : atMost(factor * floor, `${factor} × floor`);
}

export function holds({ kind, limit }: Goal, value: number): boolean {
  switch (kind) {
    case 'at-most':
      return value <= limit;
    case 'below':
      return value < limit;
    case 'within':
      return Math.abs(value) <= limit;
  }
}

const signs = { 'at-most': '≤', below: '<', within: '±' } as const;

/** As `≤ 8.55 s (5 × floor)`; `shown` is the limit with its unit. */
export function describeGoal({ kind, because }: Goal, shown: string): string {
  return `${signs[kind]} ${shown}${because === undefined ? '' : ` (${because})`}`;
}
