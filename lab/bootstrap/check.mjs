import process from 'node:process';
import { fastLanes } from './lanes.mjs';
import { runLanes } from './run-lanes.mjs';

process.exitCode = await runLanes(fastLanes);
