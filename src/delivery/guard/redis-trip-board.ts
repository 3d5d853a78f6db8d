import { z } from "zod";

import type { BoardState, TripBoard } from "#delivery/guard/trip-board.ts";
import { type Lift, liftSchema, type Trip, tripSchema } from "#delivery/guard/trip.ts";
import { toMessage } from "#platform/errors.ts";
import type { Logger } from "#platform/logger.ts";
import type { Redis, RedisScript } from "#platform/redis/index.ts";
import { type Scheduler, systemScheduler } from "#platform/resilience/scheduler.ts";

/** With the 250 ms that a call may take, well below the second in which every instance is to know. */
const POLL_MS = 400;

/** KEYS standing, version. ARGV route, trip, version. The first trip of a route stands. */
const PUT: RedisScript = {
  name: "guard-put",
  lua: `
    if redis.call('HSETNX', KEYS[1], ARGV[1], ARGV[2]) == 1 then
      redis.call('SET', KEYS[2], ARGV[3])
    end
    return 1`,
};

/** KEYS standing, version, lifted. ARGV route, trip, version, lift. Does nothing where another trip stands. */
const LIFT: RedisScript = {
  name: "guard-lift",
  lua: `
    if redis.call('HGET', KEYS[1], ARGV[1]) == ARGV[2] then
      redis.call('HDEL', KEYS[1], ARGV[1])
      redis.call('HSET', KEYS[3], ARGV[1], ARGV[4])
      redis.call('SET', KEYS[2], ARGV[3])
    end
    return 1`,
};

/** KEYS standing, version, lifted. ARGV the version that is known. Gives the version, and what changed it. */
const READ: RedisScript = {
  name: "guard-read",
  lua: `
    local version = redis.call('GET', KEYS[2]) or ''
    if version == ARGV[1] then return { version, false, false } end
    return { version, redis.call('HVALS', KEYS[1]), redis.call('HVALS', KEYS[3]) }`,
};

const texts = z.array(z.string()).nullable();
const replySchema = z.tuple([z.string(), texts, texts]);

const parseAll = <T>(schema: z.ZodType<T>, found: readonly string[] | null): readonly T[] =>
  (found ?? []).flatMap((text) => {
    const { success, data } = schema.safeParse(JSON.parse(text));
    return success ? [data] : [];
  });

export interface RedisTripBoardOptions {
  readonly redis: Pick<Redis, "run">;
  readonly logger: Pick<Logger, "info" | "warn">;
  readonly createId: () => string;
  readonly scheduler?: Scheduler;
  /** Before every key; default `banyan:`. */
  readonly prefix?: string;
}

type Order =
  | { readonly kind: "put"; readonly trip: Trip }
  | { readonly kind: "lift"; readonly lift: Lift };

/**
 * Trips among all instances that share a Redis. Each asks for the version every 400 ms and reads the rest when it
 * changed: what is asked for cannot be missed, as a message can, and whoever comes later sees the same. While Redis
 * is away, the last order for each route is kept and carried out when it is back.
 */
export function createRedisTripBoard({
  redis,
  logger,
  createId,
  scheduler = systemScheduler,
  prefix = "banyan:",
}: RedisTripBoardOptions): TripBoard {
  const standing = `${prefix}guard:standing`;
  const version = `${prefix}guard:version`;
  const lifted = `${prefix}guard:lifted`;
  /** By route, so that it is bounded by the route table. */
  const orders = new Map<string, Order>();
  let listener: ((state: BoardState) => void) | undefined;
  let known = "nothing";
  let isAway = false;
  let isClosed = false;
  let cancel: (() => void) | undefined;

  /** A version is a word that no other change has: a server that lost everything can count to the same number again. */
  async function carryOut(order: Order): Promise<void> {
    switch (order.kind) {
      case "put": {
        const { trip } = order;
        const args = [trip.routeId, JSON.stringify(trip), createId()];
        await redis.run(PUT, [standing, version], args);
        return;
      }
      case "lift": {
        const { trip } = order.lift;
        const args = [trip.routeId, JSON.stringify(trip), createId()];
        const lift = JSON.stringify(order.lift);
        await redis.run(LIFT, [standing, version, lifted], [...args, lift]);
      }
    }
  }

  async function carryOutAll(): Promise<void> {
    for (const [routeId, order] of orders) {
      // oxlint-disable-next-line no-await-in-loop -- there is seldom more than one, and none is worth a burst
      await carryOut(order);
      if (orders.get(routeId) === order) orders.delete(routeId);
    }
  }

  async function read(): Promise<void> {
    const reply = await redis.run(READ, [standing, version, lifted], [known]);
    const [found, trips, lifts] = replySchema.parse(reply);
    // What is still to be carried out is newer than what stands there.
    if (found === known || orders.size > 0 || isClosed) return;
    known = found;
    listener?.({ standing: parseAll(tripSchema, trips), lifted: parseAll(liftSchema, lifts) });
  }

  async function synchronise(): Promise<void> {
    try {
      await carryOutAll();
      await read();
      if (isAway) logger.info({}, "Instances tell one another of trips again");
      isAway = false;
    } catch (error) {
      if (!isAway)
        logger.warn({ error: toMessage(error) }, "Instances cannot tell one another of trips");
      isAway = true;
    }
  }

  function schedule(): void {
    if (isClosed) return;
    cancel = scheduler.after(POLL_MS, () => void synchronise().then(schedule));
  }

  function give(routeId: string, next: Order): void {
    orders.set(routeId, next);
    void synchronise();
  }

  return {
    watch(next) {
      listener = next;
      void synchronise().then(schedule);
    },
    put: (trip) => give(trip.routeId, { kind: "put", trip }),
    lift: (lift) => give(lift.trip.routeId, { kind: "lift", lift }),
    async close() {
      isClosed = true;
      cancel?.();
    },
  };
}
