import { z } from "zod";

import {
  type CensusBatch,
  type CensusStore,
  isUnknown,
  toOverflow,
  type Use,
  useKeySchema,
} from "#delivery/census/use.ts";
import type { Redis, RedisScript } from "#platform/redis/index.ts";

/** Fields of known routes, and of paths that no row names; more are not begun. */
const MOST_KNOWN = 20_000;
const MOST_UNKNOWN = 2_000;
/** Uses that go in one call: each call has to end within 250 ms. */
const BATCH = 200;
/** Half a year without any traffic at all ends the census. */
const EXPIRY_MS = 15_552_000_000;

/**
 * KEYS hits, seen, since. ARGV most fields, expiry in ms, since in ms, then of each use its field, the field to take
 * where there is no room for that (none if empty), hits and time. A time never goes back.
 */
const ADD: RedisScript = {
  name: "census-add",
  lua: `
    redis.call('SET', KEYS[3], ARGV[3], 'NX')
    local free = tonumber(ARGV[1]) - redis.call('HLEN', KEYS[1])
    for i = 4, #ARGV, 4 do
      local field = ARGV[i]
      if redis.call('HEXISTS', KEYS[1], field) == 0 then
        if free > 0 then free = free - 1 else field = ARGV[i + 1] end
      end
      if field ~= '' then
        redis.call('HINCRBY', KEYS[1], field, ARGV[i + 2])
        local seen = tonumber(redis.call('HGET', KEYS[2], field) or '0')
        if tonumber(ARGV[i + 3]) > seen then redis.call('HSET', KEYS[2], field, ARGV[i + 3]) end
      end
    end
    for _, key in ipairs(KEYS) do redis.call('PEXPIRE', key, ARGV[2]) end
    return 1`,
};

/** A use as the script takes it. */
function toArguments({ key, hits, lastSeenMs }: Use): readonly (string | number)[] {
  const overflow = toOverflow(key);
  const fallback = overflow === undefined ? "" : JSON.stringify(overflow);
  return [JSON.stringify(key), fallback, hits, Math.floor(lastSeenMs)];
}

const pairs = z.array(z.string());
const ids = z.array(z.string());

function toMap(reply: unknown): ReadonlyMap<string, string> {
  const flat = pairs.parse(reply);
  return new Map(
    Array.from({ length: flat.length / 2 }, (_, index) => [
      flat[2 * index] ?? "",
      flat[2 * index + 1] ?? "",
    ]),
  );
}

function toUse(field: string, hits: string, seen: string | undefined): readonly Use[] {
  const key = useKeySchema.safeParse(JSON.parse(field));
  if (!key.success) return [];
  return [{ key: key.data, hits: Number(hits), lastSeenMs: Number(seen ?? 0) }];
}

export interface RedisCensusStoreOptions {
  readonly redis: Pick<Redis, "command" | "run">;
  /** When this process began to count: it is the beginning where nobody counted before. */
  readonly sinceMs: number;
  /** Before every key; default `banyan:`. */
  readonly prefix?: string;
}

/** Counts of all instances together, which outlive each of them. */
export function createRedisCensusStore({
  redis,
  sinceMs,
  prefix = "banyan:",
}: RedisCensusStoreOptions): CensusStore {
  const since = `${prefix}census:since`;
  const routes = `${prefix}census:routes`;
  const cohortsOf = (routeId: string): string => `${prefix}census:cohorts:${routeId}`;
  const known = {
    hits: `${prefix}census:hits`,
    seen: `${prefix}census:seen`,
    most: MOST_KNOWN,
  } as const;
  /** Apart, so that a flood of them takes no room from what is known. */
  const unknown = {
    hits: `${prefix}census:unknown-hits`,
    seen: `${prefix}census:unknown-seen`,
    most: MOST_UNKNOWN,
  } as const;

  async function addUses(to: typeof known | typeof unknown, uses: readonly Use[]): Promise<void> {
    for (let start = 0; start < uses.length; start += BATCH) {
      const args = uses.slice(start, start + BATCH).flatMap(toArguments);
      // oxlint-disable-next-line no-await-in-loop -- nobody waits for it, and a burst would be felt
      await redis.run(ADD, [to.hits, to.seen, since], [to.most, EXPIRY_MS, sinceMs, ...args]);
    }
  }

  async function readUses(from: typeof known | typeof unknown): Promise<readonly Use[]> {
    const counts = toMap(await redis.command("HGETALL", from.hits));
    const times = toMap(await redis.command("HGETALL", from.seen));
    return [...counts].flatMap(([field, count]) => toUse(field, count, times.get(field)));
  }

  async function addCohorts(cohorts: CensusBatch["cohorts"]): Promise<void> {
    for (const [routeId, hashes] of cohorts) {
      if (hashes.length === 0) continue;
      // oxlint-disable-next-line no-await-in-loop -- nobody waits for it, and a burst would be felt
      await redis.command("PFADD", cohortsOf(routeId), ...hashes);
      // oxlint-disable-next-line no-await-in-loop -- as above
      await redis.command("PEXPIRE", cohortsOf(routeId), EXPIRY_MS);
      // oxlint-disable-next-line no-await-in-loop -- as above
      await redis.command("SADD", routes, routeId);
    }
  }

  return {
    async add({ uses, cohorts }) {
      const { unknown: others = [], known: routed = [] } = Object.groupBy(uses, ({ key }) =>
        isUnknown(key) ? "unknown" : "known",
      );
      await addUses(known, routed);
      await addUses(unknown, others);
      await addCohorts(cohorts);
    },
    async read() {
      const uses = [...(await readUses(known)), ...(await readUses(unknown))];
      const beganMs = z.coerce
        .number()
        .nullable()
        .parse(await redis.command("GET", since));
      const routeIds = ids.parse(await redis.command("SMEMBERS", routes));
      const distinct = await Promise.all(
        routeIds.map(async (routeId): Promise<[string, number]> => [
          routeId,
          z.number().parse(await redis.command("PFCOUNT", cohortsOf(routeId))),
        ]),
      );
      return {
        sinceMs: beganMs === null || beganMs === 0 ? sinceMs : beganMs,
        uses,
        cohorts: new Map(distinct),
      };
    },
  };
}
