import {
  type Clock,
  LabError,
  type ReplicaName,
  type Scan,
  type ScanBehaviour,
  type ScanHold,
  type ScannerHandle,
} from '@lab/sdk';
import { eicar, type ScanEntry, type ScannerControl, type ScanBehaviour as WorldBehaviour } from '@lab/world';
import type { Scripted } from '../testbed/outside-world.ts';
import { createOwner, runMsOf, type ServiceOptions, waitForCount } from './owned.ts';

interface ScannerOptions extends ServiceOptions {
  /** Null: the stack has none. */
  readonly service: Scripted<ScannerControl, WorldBehaviour> | null;
}

/** `releaseAll` undoes what an attempt left behind. */
export interface OwnedScanner extends ScannerHandle {
  releaseAll(): Promise<void>;
}

/** The virus scanner, as an experiment may use it. Without one in the stack every call is a fault of the scenario. */
export function createScanner(options: ScannerOptions): OwnedScanner {
  const { clock } = options;
  const owner = createOwner('scanner', options.onEvent);
  const service = (): Scripted<ScannerControl, WorldBehaviour> => {
    if (options.service !== null) return options.service;
    throw new LabError('E_NO_SCANNER', { message: 'The stack has no virus scanner.' });
  };
  return {
    hold: async (only = {}): Promise<ScanHold> => {
      const hold = await service().control.hold(only);
      const waitFor: ScanHold['waitFor'] = async (wanted) => {
        const held = await waitForCount(options, wanted, () => hold.waiting());
        return held.map(({ caller, sha256, bytes }) => ({ caller: caller as ReplicaName, sha256, bytes }));
      };
      return owner.own('scans-held', { waitFor }, () => hold.release());
    },
    behave: async (behaviours) => {
      const { control, behaviours: all } = service();
      const tell = (list: readonly WorldBehaviour[]): Promise<void> => control.setBehaviours(list);
      return await owner.behave('scanner-misbehaves', { mine: behaviours.map(toBehaviour), all, tell });
    },
    scans: async (sha256) => {
      const scans = await service().control.scans();
      return scans
        .filter((entry) => sha256 === undefined || entry.sha256 === sha256)
        .map((entry) => toScan(entry, clock));
    },
    testVirus: () => Buffer.from(eicar, 'latin1'),
    releaseAll: owner.releaseAll,
  };
}

function toBehaviour({ does, caller, times, sha256 }: ScanBehaviour): WorldBehaviour {
  const connection = { ...(caller === undefined ? {} : { caller }), ...(times === undefined ? {} : { times }) };
  const scan = { ...connection, ...(sha256 === undefined ? {} : { sha256 }) };
  switch (does.kind) {
    case 'down':
    case 'limit':
    case 'cut':
      if (sha256 !== undefined) {
        // Nobody knows which bytes will come over a connection.
        throw new LabError('E_BEHAVIOUR', { message: `"${does.kind}" of the scanner cannot be for some bytes only.` });
      }
      return { ...does, ...connection };
    default:
      return { ...does, ...scan };
  }
}

function toScan(entry: Readonly<ScanEntry>, clock: Clock): Scan {
  const { caller, startedAtMs, endedAtMs, bytes, sha256, isInfected, reply } = entry;
  return {
    caller: caller as ReplicaName,
    startMs: runMsOf(clock, startedAtMs),
    endMs: endedAtMs === null ? null : runMsOf(clock, endedAtMs),
    bytes,
    sha256,
    isInfected,
    reply,
  };
}
