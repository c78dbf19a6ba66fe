interface Wave {
  readonly width: number;
  readonly height: number;
  /** Whole periods over the width. */
  readonly periods: number;
  /** Where the voltage sags, as shares of the width, and to which share of itself. */
  readonly sag: { readonly from: number; readonly to: number; readonly depth: number };
}

const pointsPerPeriod = 24;

/** The `d` of a path: mains voltage with a brownout in it. */
export function wavePath({ width, height, periods, sag }: Wave): string {
  const count = periods * pointsPerPeriod;
  const middle = height / 2;
  const amplitude = middle - 2;
  const points = Array.from({ length: count + 1 }, (_, index) => {
    const share = index / count;
    const level = levelAt(share, sag);
    const y = middle - Math.sin(share * periods * 2 * Math.PI) * amplitude * level;
    return `${round(share * width)} ${round(y)}`;
  });
  return `M${points.join('L')}`;
}

/** Goes down and comes up again within a twentieth of the width. */
function levelAt(share: number, { from, to, depth }: Wave['sag']): number {
  const slope = 0.05;
  const into = smooth((share - from) / slope);
  const out = smooth((share - to) / slope);
  return 1 - (1 - depth) * (into - out);
}

function smooth(share: number): number {
  const inside = Math.min(1, Math.max(0, share));
  return inside * inside * (3 - 2 * inside);
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
