import * as z from 'zod';
import { parseEnvironment } from '../src/platform/config/environment.ts';
import { configureOrExit } from '../src/platform/run.ts';
import { prepareBucket } from '../src/uploads/store/prepare-bucket.ts';
import { uploadApiVariables, uploadSettings } from '../src/uploads/uploads-variables.ts';

const settings = configureOrExit(process, () =>
  uploadSettings(parseEnvironment(z.object(uploadApiVariables), process.env)),
);
if (settings) await prepareBucket(settings.store, ['*']);
else process.stdout.write('S3_ENDPOINT is not set: there is no bucket to prepare.\n');
