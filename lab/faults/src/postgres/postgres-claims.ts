import type { Claim } from '../fault.ts';

/** A fault of PostgreSQL's own means: the server must run. Two that the same check would see exclude each other. */
export function postgresClaims(checkedBy: string): readonly Claim[] {
  return [
    { on: 'process postgres', isAlone: false },
    { on: checkedBy, isAlone: true },
  ];
}

export const tableName = /^[a-z_][a-z0-9_]{0,62}$/;
