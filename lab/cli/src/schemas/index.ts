import { reportSchema } from '@lab/sdk';
import { z } from 'zod';
import {
  doctorSchema,
  scenarioCheckSchema,
  scenarioNewSchema,
  scenarioRefitSchema,
  verifySchema,
} from './author-schemas.ts';
import { faultListSchema, faultOffSchema, faultOnSchema } from './fault-schemas.ts';
import {
  diffSchema,
  errorSchema,
  explainSchema,
  hintSchema,
  listSchema,
  openSchema,
  resetSchema,
  runExportSchema,
  runListSchema,
  runShowSchema,
} from './learner-schemas.ts';
import {
  connectSchema,
  homeSchema,
  logsSchema,
  startSchema,
  statusSchema,
  stopSchema,
  watchSchema,
} from './session-schemas.ts';

/** Every document that a command prints with `--json`, by the name before the slash in its `schema`. */
export const documentSchemas: Readonly<Record<string, z.ZodType>> = {
  'lab.connect': connectSchema,
  'lab.diff': diffSchema,
  'lab.doctor': doctorSchema,
  'lab.error': errorSchema,
  'lab.explain': explainSchema,
  'lab.fault-list': faultListSchema,
  'lab.fault-off': faultOffSchema,
  'lab.fault-on': faultOnSchema,
  // Also of `lab judge`: a report is a report.
  'lab.grade': reportSchema,
  'lab.hint': hintSchema,
  'lab.home': homeSchema,
  'lab.list': listSchema,
  'lab.logs': logsSchema,
  'lab.open': openSchema,
  'lab.reset': resetSchema,
  'lab.run-export': runExportSchema,
  'lab.run-list': runListSchema,
  'lab.run-show': runShowSchema,
  'lab.scenario-check': scenarioCheckSchema,
  'lab.scenario-new': scenarioNewSchema,
  'lab.scenario-refit': scenarioRefitSchema,
  'lab.start': startSchema,
  'lab.status': statusSchema,
  'lab.stop': stopSchema,
  'lab.verify': verifySchema,
  'lab.watch': watchSchema,
};

/** The JSON Schema files, by file name. */
export function schemaFiles(): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(documentSchemas).map(([name, schema]) => {
      const document = { title: `${name}/1`, ...z.toJSONSchema(schema, { target: 'draft-7', io: 'input' }) };
      return [`${name}.1.json`, `${JSON.stringify(document, null, 2)}\n`];
    }),
  );
}
