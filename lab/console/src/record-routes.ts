import type { IncomingMessage, ServerResponse } from 'node:http';
import { HttpProblem, parseJson, readBody, requireMethod, sendJson } from './exchange.ts';

/** What is recorded, and how the machine does, for the pages of the console. Names are checked before they come here. */
export interface RecordHandlers {
  /** Stored runs, newest first. */
  runs(): Promise<unknown>;
  /** One run with its report, course and figures. `grade` names one of several grades that share a run. */
  run(run: string, grade: string | null): Promise<unknown>;
  /** The learner's changes to a scenario since the start. */
  diff(scenario: string): Promise<unknown>;
  doctor(): Promise<unknown>;
  /** The files of a scenario's workspace that may be opened, each with an id. */
  files(scenario: string): Promise<unknown>;
  /** Opens one of them in the editor of whoever sits here. `order` is the body, unchecked. */
  open(order: unknown): Promise<unknown>;
}

interface Asked {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly path: string;
}

const run = /^\/api\/runs\/(\d{8}-\d{6}-[0-9a-f]{4})(?:\/([a-z0-9]+(?:-[a-z0-9]+)*))?$/;
const ofScenario = /^\/api\/(diff|files)\/([a-z0-9]+(?:-[a-z0-9]+)*)$/;

/** False where the address is none of these. Nothing here changes what is stored, and no parameter is a path. */
export async function routeRecords({ request, response, path }: Asked, records: RecordHandlers): Promise<boolean> {
  if (path === '/api/open') {
    requireMethod(request, 'POST');
    sendJson(response, 200, await records.open(parseJson(await readBody(request))));
    return true;
  }
  const answer = answerTo(path, records);
  if (answer === null) return false;
  requireMethod(request, 'GET');
  if (request.url?.includes('?') === true) throw new HttpProblem(400, 'QUERY_REFUSED', 'There are no parameters here.');
  sendJson(response, 200, await answer());
  return true;
}

function answerTo(path: string, records: RecordHandlers): (() => Promise<unknown>) | null {
  if (path === '/api/runs') return () => records.runs();
  if (path === '/api/doctor') return () => records.doctor();
  const [, id, grade] = run.exec(path) ?? [];
  if (id !== undefined) return () => records.run(id, grade ?? null);
  const [, what, scenario] = ofScenario.exec(path) ?? [];
  if (scenario === undefined) return null;
  return what === 'diff' ? () => records.diff(scenario) : () => records.files(scenario);
}
