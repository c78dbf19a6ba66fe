const WANTED = ['http_req_duration', 'http_req_failed', 'http_reqs', 'dropped_iterations'] as const;
const MAX_LINE_BYTES = 1024 * 1024;

export type K6Metric = (typeof WANTED)[number];

/** One measurement of k6. */
export interface K6Point {
  readonly metric: K6Metric;
  /** End of the request, with fractions of a millisecond. */
  readonly atWallMs: number;
  /** Milliseconds for http_req_duration, 0 or 1 for http_req_failed, else a count. */
  readonly value: number;
  readonly tags: Readonly<Record<string, string>>;
}

const PREFIXES = WANTED.map((metric) => ({ metric, bytes: Buffer.from(`{"metric":"${metric}","type":"Point"`) }));

/**
 * Reads k6's JSON output piece by piece. A line is parsed only when its first bytes name a wanted
 * metric: k6 prints 2.8 kB for each request, most of it for metrics that nobody asked for.
 */
export function createK6PointReader(onPoint: (point: K6Point) => void): { push(chunk: Buffer): void } {
  let rest: Buffer = Buffer.alloc(0);
  return {
    push(chunk) {
      const text = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      let start = 0;
      for (let end = text.indexOf(10); end >= 0; end = text.indexOf(10, start)) {
        const point = parsePoint(text.subarray(start, end));
        if (point) onPoint(point);
        start = end + 1;
      }
      // A line without end is not k6's: forget it rather than keep it for ever.
      rest = text.length - start > MAX_LINE_BYTES ? Buffer.alloc(0) : Buffer.from(text.subarray(start));
    },
  };
}

/** Parses one line; null when it is not a wanted point. */
export function parsePoint(line: Buffer): K6Point | null {
  const wanted = PREFIXES.find(({ bytes }) => line.length > bytes.length && bytes.compare(line, 0, bytes.length) === 0);
  if (!wanted) return null;
  try {
    const { data } = JSON.parse(line.toString('utf8')) as {
      data: { time: string; value: number; tags?: Record<string, string> };
    };
    return { metric: wanted.metric, atWallMs: parseTime(data.time), value: data.value, tags: data.tags ?? {} };
  } catch {
    return null; // Cut short when k6 was killed.
  }
}

/** RFC 3339 with up to nine digits of fraction; `Date.parse` alone would drop those after the third. */
export function parseTime(text: string): number {
  const fraction = /\.(\d+)/.exec(text)?.[1] ?? '';
  const whole = Date.parse(fraction === '' ? text : text.replace(`.${fraction}`, ''));
  return whole + Number(`0.${fraction || '0'}`) * 1000;
}
