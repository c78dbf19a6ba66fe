import type { ParameterValue } from './parameters.ts';

/** One fault as it is now. */
export interface ActiveFault {
  readonly id: string;
  readonly target: string;
  readonly parameters: Readonly<Record<string, ParameterValue>>;
  /** `stays`: it should be over, and its effect still shows. It is tried again. */
  readonly state: 'on' | 'stays';
  readonly leftMs: number;
  readonly measured: string;
}

/** Something that happened to a fault, for the record. */
export interface FaultChange {
  readonly id: string;
  readonly target: string;
  readonly parameters: Readonly<Record<string, ParameterValue>>;
  /** `failed`: it never was on. */
  readonly state: 'on' | 'off' | 'stays' | 'failed';
  readonly measured: string;
  /** Why it ended. */
  readonly reason?: string;
}

export interface StartedFault {
  readonly id: string;
  readonly target: string;
  readonly parameters: Readonly<Record<string, ParameterValue>>;
  readonly measured: string;
  /** Null for a fault that happens once. */
  readonly forMs: number | null;
}

export interface EndedFault {
  readonly id: string;
  readonly target: string;
  readonly state: 'off' | 'stays';
  readonly measured: string;
}
