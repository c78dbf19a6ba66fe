import { LabError } from '@lab/sdk';
import { exported, importLibrary, importService } from './load-module.ts';
import { type Contender, throughput } from './race.ts';
import { connect, type RacePlace, type RedisClient } from './service-parts.ts';

const work = { durationMs: 2_000, atOnce: 32 };
/** As many tenants as ask at the same time. */
const subjects = 100;
/** So many that nobody is refused: a refusal would be cheaper. */
const limit = 1_000_000;
const windowSeconds = 60;

/** One decision after the other about many tenants, each one call to the same Redis. */
export async function ownLimiter(place: RacePlace): Promise<Contender> {
  type Decide = (subject: object, limits: readonly object[], lease: string) => Promise<readonly { allowed: boolean }[]>;
  type Create = (redis: RedisClient) => { readonly decide: Decide };
  const create = exported<Create>(
    await importService(place.codeDir, 'limits/store/limit-store.ts'),
    'createLimitStore',
  );
  const redis = await connect(place);
  const { decide } = create(redis);
  const rule = { kind: 'bucket', name: 'bench', limit, windowMs: windowSeconds * 1_000, burst: limit };
  const ask = async (index: number): Promise<void> => {
    const outcomes = await decide({ scope: 'tenant', id: `bench-${index % subjects}` }, [rule], 'bench');
    if (outcomes.some(({ allowed }) => !allowed)) throw refused('ShelfWise');
  };
  return contender('ShelfWise', redis, ask);
}

/** A fixed window, by its documentation; it throws where it refuses. */
export async function libraryLimiter(place: RacePlace): Promise<Contender> {
  const name = 'rate-limiter-flexible';
  type Create = new (options: object) => { consume(key: string): Promise<unknown> };
  const RateLimiterRedis = exported<Create>(await importLibrary(name), 'RateLimiterRedis');
  const redis = await connect(place);
  const options = { storeClient: redis, keyPrefix: 'bench-library', points: limit, duration: windowSeconds };
  const limiter = new RateLimiterRedis(options);
  return contender(name, redis, (index) => limiter.consume(`bench-${index % subjects}`));
}

function contender(name: string, redis: RedisClient, ask: (index: number) => Promise<unknown>): Contender {
  return {
    name,
    round: () => throughput(ask, work),
    async [Symbol.asyncDispose]() {
      redis.disconnect();
    },
  };
}

function refused(name: string): LabError {
  return new LabError('E_BENCH_REFUSED', { message: `The limiter of ${name} refused a request that was allowed.` });
}
