import process from 'node:process';
import { testLanes } from './lanes.mjs';
import { runLanes } from './run-lanes.mjs';

process.exitCode = await runLanes(testLanes);
