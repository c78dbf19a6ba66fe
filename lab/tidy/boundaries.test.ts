import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { boundaryViolations, importsOf } from './boundaries.ts';
import { readSources, repoRoot } from './source-files.ts';

const planted = {
  'lab/service/src/app.ts': "import { startPostgres } from '@lab/runtime';\nimport express from 'express';\n",
  'lab/service/src/leak.test.ts': "import { judge } from '@lab/judge';\n",
  'lab/service/src/sideways.ts': "export * from '../../sdk/src/index.ts';\n",
  'scenarios/one/scenario.ts': "import { defineScenario } from '@lab/sdk';\nimport pg from 'pg';\n",
  'scenarios/one/experiments.ts': "const { spawn } = await import('node:child_process');\n",
  'scenarios/one/broken/src/read.ts': "import type { Check } from '@lab/sdk';\nimport './write.ts';\n",
  'scenarios/one/mutants/late/src/read.ts': "import { write } from '../../../broken/src/write.ts';\n",
  'scenarios/one/workload.js': "import http from 'k6/http';\nimport fs from 'node:fs';\n",
  'scenarios/shared/k6/load.js': "import { check } from 'k6';\nimport { defineScenario } from '@lab/sdk';\n",
  'lab/simulators/src/model.ts':
    "import { backoffMs } from '@lab/service/policies/backoff';\nimport { readFile } from 'node:fs/promises';\nimport { x } from '@lab/service/src/service.ts';\n",
  'grader/checks/src/fresh.ts': "import { readFile } from 'node:fs/promises';\nexport const at = () => Date.now();\n",
  'grader/judge/src/judge.ts': "import { check } from '@lab/checks';\n",
  'lab/sdk/src/scenario.ts': "import { join } from 'node:path';\nimport { z } from 'zod';\n",
  'lab/world/src/provider.ts': "import { LabError } from '@lab/sdk';\nimport { startWorld } from '@lab/runtime';\n",
  'lab/runner/src/handle.ts':
    "import { worldMainFile } from '@lab/world';\nimport { faultCatalogue } from '@lab/faults';\n",
  'lab/faults/src/link.ts':
    "import type { WorldControl } from '@lab/world';\nimport { UsageError } from '@lab/sdk';\nimport type { Testbed } from '@lab/runner';\n",
  'lab/faults/src/payment.ts': "import { createWorldControl } from '@lab/world';\nimport { Client } from 'pg';\n",
  'lab/faults/src/kill.ts': "import { spawn } from 'node:child_process';\nimport { spawnPart } from '@lab/runtime';\n",
  'lab/faults/src/kill.test.ts': "import { startTestbed } from '@lab/runner';\n",
  'lab/cli/src/fault.ts': "import { faultCatalogue } from '@lab/faults';\n",
  'lab/runner/src/run.ts': "import { x } from '@lab/runtime/src/parts/x.ts';\nimport { all } from '@lab/scenarios';\n",
  'node_modules/left/index.js': "import '@lab/runtime';\n",
};

const named = [
  'grader/checks/src/fresh.ts imports node:fs/promises: checks are pure.',
  'grader/checks/src/fresh.ts uses Date.now: checks are pure.',
  'grader/judge/src/judge.ts imports @lab/checks: judging needs the SDK alone.',
  'lab/faults/src/kill.ts imports @lab/runtime: a fault acts through the ground that it is given.',
  'lab/faults/src/kill.ts imports node:child_process: a fault acts through the ground that it is given.',
  'lab/faults/src/link.ts imports @lab/runner: a fault acts through the ground that it is given.',
  'lab/faults/src/payment.ts imports more than types from @lab/world: a fault acts through the ground that it is given.',
  'lab/runner/src/handle.ts imports @lab/faults: the runner is given its scenario, and knows nobody above it.',
  'lab/runner/src/run.ts imports @lab/runtime/src/parts/x.ts: packages are entered by their door.',
  'lab/runner/src/run.ts imports @lab/runtime/src/parts/x.ts: the runner is given its scenario, and knows nobody above it.',
  'lab/runner/src/run.ts imports @lab/scenarios: the runner is given its scenario, and knows nobody above it.',
  'lab/sdk/src/scenario.ts imports node:path: the SDK is types and schemas, without I/O.',
  'lab/service/src/app.ts imports @lab/runtime: the service knows nothing of the lab.',
  'lab/service/src/leak.test.ts imports @lab/judge: the service knows nothing of the lab.',
  'lab/service/src/sideways.ts imports ../../sdk/src/index.ts: relative imports stay inside lab/service.',
  'lab/simulators/src/model.ts imports @lab/service/src/service.ts: a simulator runs in a browser, by the pure policies of the service.',
  'lab/simulators/src/model.ts imports @lab/service/src/service.ts: packages are entered by their door.',
  'lab/simulators/src/model.ts imports node:fs/promises: a simulator runs in a browser, by the pure policies of the service.',
  'lab/world/src/provider.ts imports @lab/runtime: it is built on the SDK alone.',
  'scenarios/one/broken/src/read.ts imports @lab/sdk: an overlay is a part of the service, which knows nothing of the lab.',
  'scenarios/one/experiments.ts imports node:child_process: a scenario declares, with the SDK and the checks only.',
  'scenarios/one/mutants/late/src/read.ts imports ../../../broken/src/write.ts: relative imports stay inside scenarios/one/mutants/late.',
  'scenarios/one/scenario.ts imports pg: a scenario declares, with the SDK and the checks only.',
  'scenarios/one/workload.js imports node:fs: a workload runs in k6.',
  'scenarios/shared/k6/load.js imports @lab/sdk: a workload runs in k6.',
];

test('every planted violation is named, and nothing else', async () => {
  const root = await mkdtemp(join(tmpdir(), 'brownout-planted-'));
  try {
    for (const [path, text] of Object.entries(planted)) {
      await mkdir(dirname(join(root, path)), { recursive: true });
      await writeFile(join(root, path), text);
    }
    expect(boundaryViolations(await readSources(root)).sort()).toEqual(named);
  } finally {
    await rm(root, { recursive: true });
  }
});

test('the repository keeps its boundaries', async () => {
  expect(boundaryViolations(await readSources(repoRoot))).toEqual([]);
});

test('imports are found in every form, and not in comments', () => {
  const text = [
    "import a from 'one';",
    "import type { B } from 'two';",
    'import {',
    '  c,',
    "} from 'three';",
    "import 'four';",
    "export * from 'five';",
    "const d = await import('six');",
    "// import x from 'seven';",
    "/** @example import x from 'eight'; */",
    " * import x from 'nine';",
    "const e = 'from ten';",
  ].join('\n');
  expect(importsOf(text)).toEqual(['one', 'two', 'three', 'four', 'five', 'six']);
});
