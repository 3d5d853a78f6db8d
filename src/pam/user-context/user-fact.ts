import { z } from "zod";

import type { Clock } from "#platform/clock.ts";
import type { Database } from "#platform/database/index.ts";
import { toMessage } from "#platform/errors.ts";
import type { Logger } from "#platform/logger.ts";
import type { Scheduler } from "#platform/resilience/scheduler.ts";
import { untilAborted } from "#platform/resilience/until-aborted.ts";

export interface UserFactOptions {
  readonly database: () => Promise<Database>;
  readonly clock: Pick<Clock, "monotonicMs">;
  readonly scheduler: Scheduler;
  readonly logger: Pick<Logger, "warn">;
  /** Beyond this many the one that was loaded longest ago is loaded anew; default 10,000. */
  readonly maxUsers?: number;
}

interface FactRules<Fact> {
  /** For logs. */
  readonly name: string;
  readonly load: (database: Database, userId: string) => Promise<Fact>;
  /** Where the database does not say in time. */
  readonly otherwise: Fact;
}

const KEEP_MS = 60_000;
const TIMEOUT_MS = 500;
const MAX_USERS = 10_000;

const isUserId = (userId: string): boolean => z.guid().safeParse(userId).success;

/**
 * Something that the database says of a user, kept for a minute. It never rejects and takes at most half a second:
 * then it is what it is otherwise, and is asked for again the next time.
 */
export function createUserFact<Fact>(
  { name, load, otherwise }: FactRules<Fact>,
  { database, clock, scheduler, logger, maxUsers = MAX_USERS }: UserFactOptions,
): (userId: string) => Promise<Fact> {
  const kept = new Map<string, { readonly fact: Fact; readonly untilMs: number }>();

  function keep(userId: string, fact: Fact): void {
    kept.delete(userId);
    kept.set(userId, { fact, untilMs: clock.monotonicMs() + KEEP_MS });
    const [oldest] = kept.keys();
    if (kept.size > maxUsers && oldest !== undefined) kept.delete(oldest);
  }

  async function ask(userId: string): Promise<Fact> {
    const limit = new AbortController();
    const cancel = scheduler.after(TIMEOUT_MS, () => {
      limit.abort(new Error(`no answer within ${TIMEOUT_MS} ms`));
    });
    try {
      const asked = database().then(async (opened) => load(opened, userId));
      const fact = await untilAborted(asked, limit.signal);
      keep(userId, fact);
      return fact;
    } catch (error) {
      logger.warn({ fact: name, problem: toMessage(error) }, "A user's settings were not read");
      return otherwise;
    } finally {
      cancel();
    }
  }

  return async (userId) => {
    if (!isUserId(userId)) return otherwise;
    const known = kept.get(userId);
    return known !== undefined && clock.monotonicMs() < known.untilMs ? known.fact : ask(userId);
  };
}
