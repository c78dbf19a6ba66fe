import { expect, test } from 'vitest';
import { createK6PointReader, type K6Point, parsePoint, parseTime } from './k6-points.ts';

const DURATION =
  '{"metric":"http_req_duration","type":"Point","data":{"time":"2026-11-21T01:52:57.801250912Z","value":0.512,"tags":{"name":"read","status":"200"}}}';
const DECLARATION = '{"type":"Metric","data":{"name":"http_req_duration","type":"trend"},"metric":"http_req_duration"}';

function readAll(pieces: readonly Buffer[]): K6Point[] {
  const points: K6Point[] = [];
  const reader = createK6PointReader((point) => points.push(point));
  for (const piece of pieces) reader.push(piece);
  return points;
}

test('a point carries metric, time, value and tags', () => {
  const [point] = readAll([Buffer.from(`${DURATION}\n`)]);
  expect(point).toMatchObject({ metric: 'http_req_duration', value: 0.512, tags: { name: 'read', status: '200' } });
  expect(point?.atWallMs).toBeCloseTo(Date.UTC(2026, 10, 21, 1, 52, 57) + 801.25, 1);
});

test('other metrics, declarations and the text summary are passed over', () => {
  const other = DURATION.replace('http_req_duration', 'http_req_tls_handshaking');
  expect(readAll([Buffer.from(`${other}\n${DECLARATION}\n  █ TOTAL RESULTS\n\n`)])).toEqual([]);
});

test('a metric whose name begins like a wanted one is another metric', () => {
  expect(parsePoint(Buffer.from(DURATION.replace('http_req_duration', 'http_reqs_extra')))).toBeNull();
});

test('a point cut anywhere between two pieces is read once', () => {
  const text = Buffer.from(`${DURATION}\n${DURATION}\n`);
  for (let cut = 1; cut < text.length; cut += 1) {
    expect(readAll([text.subarray(0, cut), text.subarray(cut)])).toHaveLength(2);
  }
});

test('a last line cut by a kill is no point', () => {
  expect(parsePoint(Buffer.from(DURATION.slice(0, -20)))).toBeNull();
});

test.each([
  ['2026-11-21T01:52:57Z', Date.UTC(2026, 10, 21, 1, 52, 57)],
  ['2026-11-21T01:52:57.5+02:00', Date.UTC(2026, 10, 20, 23, 52, 57) + 500],
  ['2026-11-21T01:52:57.123456789-01:30', Date.UTC(2026, 10, 21, 3, 22, 57) + 123.456789],
])('%s is read with its fraction and offset', (text, expected) => {
  expect(parseTime(text)).toBeCloseTo(expected, 3);
});
