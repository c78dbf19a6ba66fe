import type { ReplicaName } from '@lab/sdk';

/** The database login of a replica: barriers watch it, whatever client library the learner uses. */
export function roleOf(replica: ReplicaName): string {
  return replica.replace('-', '_');
}

/** The replica of a login. */
export function replicaOf(role: string): ReplicaName {
  return role.replace('_', '-') as ReplicaName;
}
