// A process of its own for what strangers have sent: see inspect-image.ts, which starts it, limits it and ends it.
import process from 'node:process';
import { drawVariants, limitDecoders } from './draw-variants.ts';

limitDecoders();
const [file = '', folder = '', pixelsMax = '0'] = process.argv.slice(2);
const verdict = await drawVariants({ file, folder, pixelsMax: Number(pixelsMax) });
process.stdout.write(`${JSON.stringify(verdict)}\n`);
