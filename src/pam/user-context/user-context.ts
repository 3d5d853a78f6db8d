import { z } from "zod";

import type { Clock } from "#platform/clock.ts";
import type { Database } from "#platform/database/index.ts";
import { toMessage } from "#platform/errors.ts";
import type { Logger } from "#platform/logger.ts";
import type { Scheduler } from "#platform/resilience/scheduler.ts";
import { untilAborted } from "#platform/resilience/until-aborted.ts";

import { type KeepOptions, keepSection } from "./keep-section.ts";
import type { PrivacyOf } from "./privacy.ts";
import type { Context, Place, Section, Subject } from "./section.ts";
import { loadEvents } from "./sections/events.ts";
import { loadFinances } from "./sections/finances.ts";
import { loadFriends } from "./sections/friends.ts";
import { loadProfile } from "./sections/profile.ts";
import { loadSituation } from "./sections/situation.ts";
import { toTimeFields } from "./time-fields.ts";

/**
 * The client's context and what the database knows of the user, which wins under its own names, as on the legacy:
 * `user_profile`, `travel_preferences`, `vehicle_info`, `is_rv_traveler`, `financial_context`, `upcoming_events`,
 * `social_context`, `friends_nearby`, `friend_travel_activity`, `budget_status`, `travel_plans` and `preferences`, each
 * only where something is known; and what time it is for the user. But for what the user said of themselves it may be half a minute old. Never rejects: what fails, or takes longer than a second, is left out.
 */
export type LoadUserContext = (
  userId: string,
  client: Context,
  signal: AbortSignal,
) => Promise<Context>;

export interface UserContextOptions {
  readonly database: () => Promise<Database>;
  readonly privacyOf: PrivacyOf;
  /** What of a client's context says where and when the user is. */
  readonly readCaller: (client: Context) => {
    readonly position?: Place | undefined;
    readonly timeZone?: string | undefined;
  };
  readonly milesFrom: Subject["milesFrom"];
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  readonly logger: Pick<Logger, "warn">;
  /** Default 1 s. */
  readonly timeoutMs?: number;
  /** Whose sections are kept at most; default 2,000. */
  readonly maxUsers?: number;
}

const DEFAULT_TIMEOUT_MS = 1_000;

const MAX_USERS = 2_000;

/** Of two that load the same key the later one wins. */
function createSections(options: KeepOptions): Readonly<Record<string, Section>> {
  return {
    profile: keepSection(loadProfile, options),
    finances: keepSection(loadFinances, options),
    events: keepSection(loadEvents, options),
    friends: keepSection(loadFriends, options),
    // What a user has just said of themselves must be known with their next message.
    situation: loadSituation,
  };
}

const isUserId = (userId: string): boolean => z.guid().safeParse(userId).success;

export function createLoadUserContext({
  database,
  privacyOf,
  readCaller,
  milesFrom,
  clock,
  scheduler,
  logger,
  timeoutMs = DEFAULT_TIMEOUT_MS,
  maxUsers = MAX_USERS,
}: UserContextOptions): LoadUserContext {
  const sections = createSections({ clock, maxUsers });

  /** What is not there when the time is over is left out; nobody misses what a caller who has gone does not get. */
  async function loadSections(
    subject: Subject,
    signal: AbortSignal,
    caller: AbortSignal,
  ): Promise<Context> {
    const parts = Object.entries(sections).map(async ([section, load]) => {
      try {
        return await untilAborted(
          database().then(async (opened) => load(opened, subject)),
          signal,
        );
      } catch (error) {
        if (!caller.aborted) {
          logger.warn(
            { section, problem: toMessage(error) },
            "Some of a user's context is missing",
          );
        }
        return {};
      }
    });
    const loaded = await Promise.all(parts);
    return Object.fromEntries(loaded.flatMap((part) => Object.entries(part)));
  }

  async function loadWithin(subject: Subject, caller: AbortSignal): Promise<Context> {
    const limit = new AbortController();
    const cancel = scheduler.after(timeoutMs, () => {
      limit.abort(new Error(`no answer within ${timeoutMs} ms`));
    });
    try {
      return await loadSections(subject, AbortSignal.any([caller, limit.signal]), caller);
    } finally {
      cancel();
    }
  }

  return async (userId, client, signal) => {
    const nowMs = clock.now();
    const { position, timeZone } = readCaller(client);
    const context = { ...client, ...toTimeFields(nowMs, timeZone) };
    if (!isUserId(userId) || !(await privacyOf(userId)).mayAskOutside) return context;
    const known = await loadWithin({ userId, position, nowMs, milesFrom }, signal);
    return { ...context, ...known };
  };
}
