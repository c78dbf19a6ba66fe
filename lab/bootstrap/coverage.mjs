import process from 'node:process';
import { REPO_ROOT } from './hand-over.mjs';
import { laneEnvironment } from './lane-command.mjs';
import { runForeground } from './run-child.mjs';

// `npm run coverage`: which lines of ShelfWise its own tests reach, on real parts. What runs in a process of its own,
// as a killed worker or the image inspector does, is not seen. Arguments go to vitest.
const projects = ['--project', 'unit', '--project', 'stack'];
const args = ['run', ...projects, 'lab/service', '--coverage', ...process.argv.slice(2)];
process.exitCode = await runForeground('vitest', args, { cwd: REPO_ROOT, env: laneEnvironment() });
