import { LabError } from '@lab/sdk';
import type { ScanBehaviour } from '@lab/world';
import type * as z from 'zod';
import { defineFault, type Effect, type Fault } from '../fault.ts';
import type { FaultGround } from '../ground.ts';
import { type Observed, observe, type Talk } from '../observe/observe.ts';
import { once } from '../once.ts';

interface ScannerFaultSpec<P extends z.ZodObject> {
  readonly id: string;
  readonly title: string;
  readonly about: string;
  readonly parameters: P;
  behaviour(parameters: z.output<P>): ScanBehaviour;
  readonly limitMs: (parameters: z.output<P>) => number;
  /** What one scan, through the scanner's own door, says of it. */
  look(observed: Observed, parameters: z.output<P>): Effect;
}

const zeroChunk = Buffer.alloc(4);
const content = Buffer.from('lab-fault-check');

/** A scan of a few bytes, as clamd takes it: chunks with their length before them, the last one empty. */
function scan(): Talk {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(content.length);
  return {
    send: Buffer.concat([Buffer.from('zINSTREAM\0'), length, content, zeroChunk]),
    answerBytes: 'stream: OK'.length,
  };
}

/** A fault of the scanner's verdicts, towards one caller or all. Connections stay as they are. */
export function defineScannerFault<P extends z.ZodObject>(spec: ScannerFaultSpec<P>): Fault {
  const { id, title, about, parameters } = spec;
  return defineFault({
    id,
    title,
    about,
    parameters,
    targets: (ground) => (ground.scanner === null ? [] : ['all', ...ground.names]),
    availability: (ground) => ground.scanner !== null || 'the stack has no virus scanner',
    claims: () => [
      { on: 'process scanner', isAlone: false },
      // Its behaviours are set as a whole.
      { on: 'behaviour of the scanner', isAlone: true },
    ],
    inject: async ({ scanner, names }, { target, parameters: given }) => {
      if (scanner === null) throw new LabError('E_NO_SCANNER', { message: 'The stack has no virus scanner.' });
      const caller = names.find((name) => name === target);
      await scanner.control.setBehaviours([{ ...spec.behaviour(given), ...(caller === undefined ? {} : { caller }) }]);
      return { undo: once(() => scanner.control.setBehaviours([])), note: null };
    },
    effect: async (ground, { target, parameters: given, signal }) => {
      const door = doorFor(ground, target);
      if (door === null) return { seen: false, measured: 'the scanner has no door for the lab' };
      return spec.look(await observe(door, scan(), { limitMs: spec.limitMs(given), signal }), given);
    },
  });
}

function doorFor({ names, scannerDoor }: FaultGround, target: string) {
  const caller = names.find((name) => name === target) ?? names[0];
  return caller === undefined ? null : scannerDoor(caller);
}
