import type { VariantDeclaration } from '@lab/sdk';

const check = (name: string): string => `limits-three-replicas/${name}`;
const over = ['OVER_QUOTA'];
const refused = ['REFUSED_WITHIN_PLAN'];

/** Wrong fixes that count, each wrongly in a way of its own. */
export const countedWrong: readonly VariantDeclaration[] = [
  {
    name: 'mutants/bucket-in-memory',
    about: 'The right token bucket, in the memory of each replica: whoever goes round gets it three times.',
    listed: 'L1',
    killedBy: { [check('one-quota')]: over, [check('any-window')]: over },
  },
  {
    name: 'mutants/third-for-each',
    about:
      'Each replica has a bucket of a third of the plan in its memory. A client that keeps its connection meets one of them.',
    killedBy: { [check('served-within-plan')]: refused },
  },
  {
    name: 'mutants/synced-now-and-then',
    about:
      'Counts in memory and tells Redis ten times a second: until then each replica gives away the same tokens, and debts lapse.',
    killedBy: { [check('one-quota')]: over, [check('any-window')]: over },
  },
  {
    name: 'mutants/fixed-window',
    about: 'Counts in Redis, in one script, by windows of the clock: exact in each of them, and double around its end.',
    listed: 'L2',
    killedBy: { [check('any-window')]: over },
  },
  {
    name: 'mutants/flexible-alone',
    about:
      'rate-limiter-flexible as its README has it: atomic, shared, and a fixed window that begins with the first request.',
    listed: 'L2',
    killedBy: { [check('any-window')]: over },
  },
  {
    name: 'mutants/ten-slots',
    about:
      'A sliding window of ten slots, in one script, each forgotten when its start has left: what came at its end is forgotten too soon.',
    killedBy: { [check('any-window')]: over },
  },
  {
    name: 'mutants/estimate-of-two-windows',
    about:
      'The sliding counter of many articles: this window and a share of the last one. It takes the last one to be even.',
    killedBy: { [check('any-window')]: over },
  },
  {
    name: 'mutants/read-then-write',
    about:
      'The printed token bucket: HMGET, compute in the process, then write. Whoever reads in between has the same tokens.',
    listed: 'L4',
    killedBy: { [check('at-one-instant')]: over },
  },
  {
    name: 'mutants/watch-on-one-connection',
    about:
      'The same with WATCH and MULTI, on the connection that all requests of a replica share: they watch for each other.',
    listed: 'L4',
    killedBy: { [check('at-one-instant')]: over },
  },
  {
    name: 'mutants/one-member-for-each-millisecond',
    about: 'The printed sliding log: the time is score and member, so that requests of one millisecond are one.',
    killedBy: { [check('at-one-instant')]: over },
  },
  {
    name: 'mutants/refused-requests-count',
    about: 'The printed sliding log adds first and counts then: a client in a flood never gets out of it.',
    killedBy: { [check('not-locked-out')]: ['LOCKED_OUT'] },
  },
  {
    name: 'mutants/expire-with-every-hit',
    about: 'INCR and PEXPIRE in one script, for every request: as long as a client asks, its window never ends.',
    listed: 'L3',
    killedBy: { [check('served-within-plan')]: refused, [check('not-locked-out')]: ['LOCKED_OUT'] },
  },
  {
    name: 'mutants/expiry-follows',
    about:
      'The right script, with the expiry as a second command after its reply: a crash in between leaves the key for ever.',
    listed: 'L3',
    killedBy: { [check('counts-end')]: ['KEYS_WITHOUT_EXPIRY'] },
  },
  {
    name: 'mutants/time-of-the-replica',
    about:
      'The right script, told the time by each replica, which spares it a TIME: clocks that differ bring tokens back.',
    listed: 'L7',
    killedBy: { [check('clocks-apart')]: over },
  },
  {
    name: 'mutants/latest-time-of-any-replica',
    about:
      'As above, but the latest time that any replica told holds: for the others nothing comes back until they are there.',
    listed: 'L7',
    killedBy: { [check('clocks-apart')]: refused },
  },
  {
    name: 'mutants/whole-tokens',
    about:
      'Only whole tokens come back, and the time is set all the same: what had come back in part is lost with each request.',
    listed: 'L8',
    killedBy: { [check('served-within-plan')]: refused },
  },
];
