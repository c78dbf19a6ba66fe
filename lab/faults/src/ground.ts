import type { DependencyName, ReplicaName } from '@lab/sdk';
import type { ReceiverControl, ScannerControl, WorldControl } from '@lab/world';

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** The way of one replica to one dependency: a proxy of its own. */
export interface GroundLink extends Address {
  /** Its name at Toxiproxy. */
  readonly name: string;
  /** Closes every connection and refuses new ones; returns the way back. */
  cut(): Promise<() => Promise<void>>;
  /** Ends every connection and drops what is on its way; afterwards it is open and without toxics. */
  renew(): Promise<void>;
}

export interface GroundPartControl {
  pause(): Promise<void>;
  resume(): Promise<void>;
  /** Only of a part that can be booted again. */
  readonly restarts?: { kill(): Promise<unknown>; restart(): Promise<void>; restartEmpty(): Promise<void> };
}

/** A program of the lab's own that runs beside the parts. */
export interface GroundHelper {
  readonly pid: number;
  tail(): readonly string[];
  kill(): Promise<unknown>;
}

export type StoreName = 'redis-cache' | 'redis-queue' | 'redis-limits';

/** What a fault may use of a running stack. The runner's testbed is one. */
export interface FaultGround {
  readonly run: string;
  /** Every process of ShelfWise that the stack has. */
  readonly names: readonly ReplicaName[];
  /** Those that run. */
  readonly replicas: readonly { readonly name: ReplicaName; readonly internalUrl: string; readonly pid: number }[];
  readonly parts: readonly (Address & { readonly part: string; readonly pid: number })[];
  /** Of the payment provider. */
  readonly world: Pick<WorldControl, 'setBehaviours' | 'hold'> | null;
  readonly scanner: { readonly control: Pick<ScannerControl, 'setBehaviours'> } | null;
  readonly receiver: { readonly control: Pick<ReceiverControl, 'setBehaviours'> } | null;
  /** Superuser address of the shop database, past Toxiproxy. */
  adminUrl(): string;
  roleOf(replica: ReplicaName): string;
  /** Straight address with the password; null where the stack has no such store. */
  storeUrl(store: StoreName): string | null;
  /** Straight address of the payment provider for this caller. */
  paymentDoor(caller: ReplicaName): Address | null;
  /** The same of the virus scanner. */
  scannerDoor(caller: ReplicaName): Address | null;
  /** Where webhooks are received, whoever sends them. */
  readonly receiverDoor: Address | null;
  proxyOf(replica: ReplicaName, dependency: DependencyName): GroundLink | undefined;
  controlOf(part: string): GroundPartControl | null;
  killReplica(name: ReplicaName): Promise<void>;
  /** False: it does not come up. */
  startReplica(name: ReplicaName): Promise<boolean>;
  pauseReplica(name: ReplicaName): Promise<void>;
  resumeReplica(name: ReplicaName): Promise<void>;
  spawnHelper(spec: {
    readonly name: string;
    readonly file: string;
    readonly args: readonly string[];
  }): Promise<GroundHelper>;
}
