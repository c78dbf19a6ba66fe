import type * as z from 'zod';
import { type Claim, defineFault, type Effect, type Fault } from '../fault.ts';
import type { FaultGround } from '../ground.ts';
import { isTalkative } from '../observe/talks.ts';
import { once } from '../once.ts';
import { combineEffects } from './combine-effects.ts';
import { type Link, linkClaims, linksOf, linkTargets } from './link-targets.ts';
import { addToxic, type Toxic } from './toxiproxy-api.ts';

interface LinkFaultSpec<P extends z.ZodObject> {
  readonly id: string;
  readonly title: string;
  readonly about: string;
  readonly parameters: P;
  /** Its effect shows in long answers only. */
  readonly needsLongAnswers?: true;
  /** What it needs beside the links. */
  claimsToo?(link: Link): Claim;
  /** Disturbs one link; returns the undo. */
  disturb(ground: FaultGround, link: Link, parameters: z.output<P>): Promise<() => Promise<void>>;
  /** One look at one link, through its proxy. */
  look(ground: FaultGround, question: LinkQuestion<z.output<P>>): Promise<Effect>;
}

export interface LinkQuestion<P> {
  readonly link: Link;
  readonly parameters: P;
  readonly signal: AbortSignal;
}

/** A fault on the way from one replica, or all, to one dependency. */
export function defineLinkFault<P extends z.ZodObject>(spec: LinkFaultSpec<P>): Fault {
  const { id, title, about, parameters } = spec;
  return defineFault({
    id,
    title,
    about,
    parameters,
    targets: (ground) => linkTargets(ground, spec.needsLongAnswers === true ? isTalkative : undefined),
    notTargets: (ground) =>
      spec.needsLongAnswers === true && linksOf(ground, 'all:scanner').length > 0
        ? [{ target: 'scanner', reason: 'its answers are too short to show it' }]
        : [],
    availability: (ground) => linkTargets(ground).length > 0 || 'the stack has no Toxiproxy between its parts',
    claims: (ground, target) => [
      ...linkClaims(ground, target),
      ...linksOf(ground, target).flatMap((link) => spec.claimsToo?.(link) ?? []),
    ],
    inject: async (ground, order) => {
      const undos: (() => Promise<void>)[] = [];
      const undo = once(async () => {
        await Promise.all(undos.map((undoOne) => undoOne()));
      });
      try {
        for (const link of linksOf(ground, order.target)) {
          undos.push(await spec.disturb(ground, link, order.parameters));
        }
      } catch (error) {
        await undo();
        throw error;
      }
      return { undo, note: null };
    },
    effect: async (ground, { target, parameters: given, signal }) =>
      combineEffects(
        await Promise.all(
          linksOf(ground, target).map(async (link) => ({
            place: link.replica,
            effect: await spec.look(ground, { link, parameters: given, signal }),
          })),
        ),
      ),
  });
}

/** The same by a toxic. */
export function defineToxicFault<P extends z.ZodObject>(
  spec: Omit<LinkFaultSpec<P>, 'disturb'> & { toxic(parameters: z.output<P>): Toxic },
): Fault {
  return defineLinkFault({
    ...spec,
    disturb: async (ground, { proxy }, parameters) => {
      const remove = await addToxic(ground, proxy.name, spec.toxic(parameters));
      // Where a connection ended meanwhile it can hang for ever (toxiproxy issue 558). Making the link anew always
      // works; nothing else is on it, since a link has one fault at a time.
      return () => remove().catch(() => proxy.renew());
    },
  });
}
