import type { VariantDeclaration } from '@lab/sdk';

const check = (name: string): string => `jobs-double-charge/${name}`;

/** Wrong fixes that lose orders, and some that are wrong in another way. */
export const lostAndOthers: readonly VariantDeclaration[] = [
  {
    name: 'mutants/marker-before',
    about:
      'A marker of the order in Redis, set before the charge and taken back when an attempt fails. A kill leaves it there.',
    listed: 'J2',
    killedBy: { [check('none-lost')]: ['NEVER_CHARGED'] },
  },
  {
    name: 'mutants/pending-row',
    about:
      'A pending row is committed before the charge; who finds one leaves the order to its worker, which may be dead.',
    killedBy: { [check('none-lost')]: ['NEVER_CHARGED'] },
  },
  {
    name: 'mutants/mark-then-add',
    about:
      'The reference, with a relay that marks events as published before it adds them: a kill in between loses them.',
    listed: 'J6',
    killedBy: { [check('none-lost')]: ['NEVER_CHARGED'] },
  },
  {
    name: 'mutants/stalled-is-failed',
    about: 'A job whose worker died or fell silent fails for good, so that it never runs twice; nobody buries it.',
    killedBy: { [check('none-lost')]: ['NEVER_CHARGED'] },
  },
  {
    name: 'mutants/ack-first',
    about: 'The job is done when its charge has begun; retries go on in the process, and end with it.',
    killedBy: { [check('none-lost')]: ['NEVER_CHARGED'] },
  },
  {
    name: 'mutants/no-retries',
    about: 'A failed attempt is written to the log and dropped, with no other attempt and no dead letter.',
    cheat: true,
    killedBy: { [check('none-lost')]: ['NEVER_CHARGED'] },
  },
  {
    name: 'mutants/redrive-same-event',
    about: 'A redrive publishes the old event once more. The queue still knows its id and ignores it.',
    killedBy: { [check('none-lost')]: ['NEVER_CHARGED'] },
  },
  {
    name: 'mutants/lock-without-end',
    about: 'Workers take one of two places in Redis at start, without an expiry: after a kill the place stays taken.',
    cheat: true,
    killedBy: { [check('none-lost')]: ['PROCESS_STAYS_DOWN'] },
  },
  {
    name: 'mutants/key-of-content',
    about: 'Shop, books and total make the key. Whoever orders the same twice is charged for one of the two.',
    killedBy: { [check('none-lost')]: ['NEVER_CHARGED'] },
  },
  {
    name: 'mutants/key-of-request',
    about: 'The id of the request is the key, which its sender chooses: two orders under one id are one purchase.',
    killedBy: { [check('none-lost')]: ['NEVER_CHARGED'] },
  },
  {
    name: 'mutants/add-not-minded',
    about:
      'The relay adds before it marks, and does not mind that nothing was added: while the queue is away, events get lost.',
    killedBy: { [check('none-lost')]: ['NEVER_CHARGED'] },
  },
  {
    name: 'mutants/silence-is-final',
    about: 'A request that the provider does not answer in time is given up at once, and left to a person.',
    killedBy: { [check('none-lost')]: ['NEVER_CHARGED'] },
  },
  {
    name: 'mutants/lease-of-half-a-minute',
    about:
      'A lease of half a minute, so that no machine that stands still loses its jobs: orders of a dead worker wait for its end, and for the next look.',
    killedBy: { [check('none-lost')]: ['CHARGED_LATE'] },
  },
  {
    name: 'mutants/no-payment',
    about: 'Orders become paid at once, with a payment that nobody charged.',
    cheat: true,
    killedBy: { [check('charged-and-shown')]: ['CHARGED_LATE'] },
  },
  {
    name: 'mutants/charge-in-request',
    about: 'The API answers when the order is paid, or after three seconds: whoever orders waits for the provider.',
    killedBy: { [check('accepted-at-once')]: ['ORDER_ACCEPTED_LATE'] },
  },
  {
    name: 'mutants/amount-without-quantity',
    about: 'The total adds up prices and forgets quantities.',
    killedBy: { [check('charged-and-shown')]: ['WRONG_AMOUNT'] },
  },
  {
    name: 'mutants/paid-not-shown',
    about:
      'Who finds an earlier charge takes the order for done, and leaves its record to a worker that died before it.',
    killedBy: { [check('charged-and-shown')]: ['NOT_SHOWN_AS_PAID'] },
  },
  {
    name: 'mutants/in-flight-is-done',
    about: 'Who hears that the charge is in flight leaves its record to the other worker, which may be dead.',
    killedBy: { [check('charged-and-shown')]: ['NOT_SHOWN_AS_PAID'] },
  },
  {
    name: 'mutants/record-not-minded',
    about:
      'When the payment cannot be recorded, that is written to the log and the job is done: money has moved, so never again.',
    killedBy: { [check('charged-and-shown')]: ['NOT_SHOWN_AS_PAID'] },
  },
];
