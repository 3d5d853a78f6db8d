import type { Request, Response } from "express";

import type { MessageSizeStatistics } from "#pam/message-size/index.ts";
import type { RateLimits } from "#pam/rate-limits/index.ts";
import type { ResponseCache } from "#pam/response-cache/index.ts";
import type { ViolationStore } from "#pam/safety/violations/violation-store.ts";
import type { RealtimeVoice, Speech } from "#pam/speech/index.ts";
import type { Authenticator } from "#platform/auth.ts";
import type { Clock } from "#platform/clock.ts";
import type { Database } from "#platform/database/index.ts";
import type { Logger } from "#platform/logger.ts";

/** What every native side is built from. Narrow on purpose: a concern takes what it needs. */
export interface ConcernDependencies {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly authenticator: Authenticator;
  /** The legacy's own tables, opened when the first native side asks for them. */
  readonly database: () => Promise<Database>;
  /** Turns texts into sound; one for all native sides, so that they share its cache and its breakers. */
  readonly speech: Speech;
  /** Opens sessions of realtime voice; absent where no key for them is set. */
  readonly realtimeVoice: RealtimeVoice | undefined;
  /** Answers by the question they were given to, shared by whoever asks the assistant. */
  readonly responseCache: ResponseCache;
  /** What users did against the rules, on whatever surface. */
  readonly violations: ViolationStore;
  /** How often users did what; whoever limits and whoever reports look at the same counts. */
  readonly rateLimits: RateLimits;
  /** What came of holding messages to their sizes. */
  readonly messageSizes: MessageSizeStatistics;
  /** True where a key for the provider of the health answer is set. */
  readonly hasAnthropicKey: boolean;
}

/** What routing already knows of a request when a native side gets it. */
export interface NativeContext {
  readonly requestId: string;
  /** Percent-decoded path parameters by the names in the route's template. */
  readonly params: Readonly<Record<string, string>>;
}

/**
 * Answers one route. It may throw: an `AppError` becomes its own answer, anything else a 500
 * without detail. It parses its own body, since none is parsed before it.
 */
export type NativeHandler = (
  request: Request,
  response: Response,
  context: NativeContext,
) => Promise<void> | void;

/**
 * A unit that is migrated and cut over on its own. It does not know that it is being strangled:
 * it lists the routes it can answer by the last part of their id (`chat.health` → `health`).
 */
export interface Concern {
  readonly name: string;
  readonly handlers: Readonly<Record<string, (dependencies: ConcernDependencies) => NativeHandler>>;
}

/** Gives a concern its type and keeps its literal name. */
export function defineConcern<const T extends Concern>(concern: T): T {
  return concern;
}
