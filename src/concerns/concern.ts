import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";

import type { Request, Response } from "express";

import type { Agent } from "#pam/agent.ts";
import type { Conversations } from "#pam/conversations/index.ts";
import type { MessageSizeStatistics } from "#pam/message-size/index.ts";
import type { Pushes, SocketFigures } from "#pam/pushes/index.ts";
import type { RateLimits, SharedWindow } from "#pam/rate-limits/index.ts";
import type { ResponseCache } from "#pam/response-cache/index.ts";
import type { SafetyProfile } from "#pam/safety/profile.ts";
import type { SecurityEventContext } from "#pam/safety/security-event.ts";
import type { ViolationStore } from "#pam/safety/violations/violation-store.ts";
import type { RealtimeVoice, Speech } from "#pam/speech/index.ts";
import type { PamInstanceStore } from "#pam/store/index.ts";
import type { Turn } from "#pam/turn.ts";
import type { LoadUserContext, PlanOf, PrivacyOf, Situations } from "#pam/user-context/index.ts";
import type { Authenticator } from "#platform/auth.ts";
import type { Clock } from "#platform/clock.ts";
import type { Database } from "#platform/database/index.ts";
import type { Logger } from "#platform/logger.ts";
import type { Scheduler } from "#platform/resilience/scheduler.ts";

/** What every native side is built from. Narrow on purpose: a concern takes what it needs. */
export interface ConcernDependencies {
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  readonly logger: Logger;
  readonly authenticator: Authenticator;
  /** The legacy's own tables, opened when the first native side asks for them. */
  readonly database: () => Promise<Database>;
  /** Answers a message: the one assistant of all surfaces. */
  readonly turn: Turn;
  /** Plans towards a goal, and carries plans out. */
  readonly agent: Agent;
  /** What the assistant remembers of users between turns. */
  readonly store: PamInstanceStore;
  /** The client's context with what the database knows of the user: what a turn is to be given. */
  readonly loadUserContext: LoadUserContext;
  /** Whose providers a user gets, by their plan. */
  readonly tierOf: PlanOf;
  /** What a user allows to be done with what is known of them. */
  readonly privacyOf: PrivacyOf;
  /** What users told the assistant of their situation. */
  readonly situations: Situations;
  /** What was said, for those who want to read it again or have it forgotten. */
  readonly conversations: Conversations;
  /** How strictly a user's words are read. */
  readonly safetyProfileOf: (userId: string) => SafetyProfile;
  /** False for a tool that is switched off for this user. */
  readonly hasTool: (name: string, userId: string) => boolean;
  /** Where what was done against the rules is counted and written. */
  readonly securityEvents: SecurityEventContext;
  /** Whether a feature's flag is on for this user; what no flag names is off. */
  readonly isOn: (flag: string, userId: string) => boolean;
  /** Opens the internal routes; without one they are closed. */
  readonly internalSecret: string | undefined;
  /** Turns texts into sound; one for all native sides, so that they share its cache and its breakers. */
  readonly speech: Speech;
  /** Opens sessions of realtime voice; absent where no key for them is set. */
  readonly realtimeVoice: RealtimeVoice | undefined;
  /** Answers by the question they were given to, shared by whoever asks the assistant. */
  readonly responseCache: ResponseCache;
  /** What users did against the rules, on whatever surface. */
  readonly violations: ViolationStore;
  /** How often users did what, among all instances; whoever limits and whoever reports look at the same counts. */
  readonly rateLimits: RateLimits;
  /** How many frames a user sent, counted among all instances. */
  readonly frameLimit: SharedWindow;
  /** Brings to a user's sockets what nobody has asked for. */
  readonly pushes: Pushes;
  /** What happens on the sockets that this process answers. */
  readonly socketFigures: SocketFigures;
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

/** A WebSocket handshake that no one has answered yet. */
export interface Handshake {
  readonly request: IncomingMessage;
  readonly socket: Duplex;
  /** What the client sent behind its handshake. */
  readonly head: Buffer;
  /** Names and values in turn: to be added to the 101 or to the refusal. */
  readonly answerHeaders: readonly string[];
}

export interface NativeSocketClose {
  /** 1006 where the connection went without a close frame (RFC 6455 §7.1.5). */
  readonly code: number;
  readonly initiator: "client" | "proxy";
  /** Of frames' payloads; `bytesIn` from the client. */
  readonly bytesIn: number;
  readonly bytesOut: number;
}

/** An open WebSocket that this process answers. */
export interface NativeSocket {
  /** Resolves when it has ended; never rejects. */
  readonly closed: Promise<NativeSocketClose>;
  /** Sends a close frame, and ends the connection when it is answered or `graceMs` is over. */
  close(code: number, graceMs: number): void;
}

/** How a handshake ended; the client has been dealt with in every case. */
export type SocketOpening =
  | { readonly kind: "opened"; readonly socket: NativeSocket }
  | { readonly kind: "refused"; readonly status: number }
  | { readonly kind: "abandoned" };

/** Answers the handshakes of one route, and then carries its sockets. Never rejects. */
export type NativeSocketHandler = (
  handshake: Handshake,
  context: NativeContext,
) => Promise<SocketOpening>;

/**
 * A unit that is migrated and cut over on its own. It does not know that it is being strangled:
 * it lists the routes it can answer by the last part of their id (`chat.health` → `health`).
 */
export interface Concern {
  readonly name: string;
  readonly handlers: Readonly<Record<string, (dependencies: ConcernDependencies) => NativeHandler>>;
  readonly sockets?: Readonly<
    Record<string, (dependencies: ConcernDependencies) => NativeSocketHandler>
  >;
}

/** Gives a concern its type and keeps its literal name. */
export function defineConcern<const T extends Concern>(concern: T): T {
  return concern;
}
