import { type DependencyName, type ReplicaName, stackParts } from '@lab/sdk';
import type { Claim } from '../fault.ts';
import type { FaultGround, GroundLink } from '../ground.ts';

export interface Link {
  readonly replica: ReplicaName;
  readonly dependency: DependencyName;
  readonly proxy: GroundLink;
}

const dependencyNames = stackParts.filter(
  (part): part is DependencyName => part !== 'toxiproxy' && part !== 'receiver',
);

/** `all:<dependency>` first, then each replica's own link. */
export function linkTargets(
  ground: FaultGround,
  suits: (dependency: DependencyName) => boolean = () => true,
): readonly string[] {
  const present = dependencyNames.filter(
    (dependency) => suits(dependency) && linksOf(ground, `all:${dependency}`).length > 0,
  );
  return ['all', ...ground.names].flatMap((caller) => present.map((dependency) => `${caller}:${dependency}`));
}

/** The links that a target stands for. */
export function linksOf(ground: FaultGround, target: string): readonly Link[] {
  const [caller = '', wanted = ''] = target.split(':');
  const dependency = dependencyNames.find((name) => name === wanted);
  if (dependency === undefined) return [];
  return ground.names
    .filter((name) => caller === 'all' || caller === name)
    .flatMap((replica) => {
      const proxy = ground.proxyOf(replica, dependency);
      return proxy === undefined ? [] : [{ replica, dependency, proxy }];
    });
}

/** Each link for itself, so that its check sees this fault and no other; what it leads to must not stand still. */
export function linkClaims(ground: FaultGround, target: string): readonly Claim[] {
  const links = linksOf(ground, target);
  return [
    ...links.map(({ replica, dependency }) => ({ on: `link ${replica}:${dependency}`, isAlone: true })),
    ...links.map(({ dependency }) => ({ on: `process ${dependency}`, isAlone: false })),
  ];
}
