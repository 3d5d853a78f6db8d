import type { ConcernName } from "#concerns/index.ts";

export type HttpMethod = "GET" | "POST" | "PUT" | "DELETE" | "OPTIONS";

export interface RouteTimeouts {
  /** How long the upstream may take to accept a connection. */
  readonly connectMs: number;
  /** How long the upstream may take, once connected, to send the head of its answer. */
  readonly firstByteMs: number;
}

/**
 * How a conversation with the assistant passes on a route. `chat`: a message a request, the answer in its answer.
 * `chat-socket`: by the frames of the PAM socket. `voice-bridge`: by those of the realtime voice's bridge.
 */
export type ConversationForm = "chat" | "chat-socket" | "voice-bridge";

/**
 * One row of the migration's map. `concern: "legacy-only"` means that the route will never be native:
 * it has no flag, and Banyan only passes it on.
 */
export interface Route {
  /** `<concern>.<name>`; its own flag is `pam.<id>`. */
  readonly id: string;
  readonly method: HttpMethod | "WS";
  /** Starlette's template: literal segments and `{parameter}` segments. */
  readonly path: string;
  readonly concern: ConcernName | "legacy-only";
  /** A read may be asked again on the other side; a write never is. */
  readonly effect: "read" | "write";
  /** True where an answer may stay open for longer than any time-out. */
  readonly streams: boolean;
  /** Where the route needs other times than the defaults of the settings. */
  readonly timeouts: Partial<RouteTimeouts>;
  /** Absent where nobody talks with the assistant. */
  readonly conversation?: ConversationForm | undefined;
}

/** The flag that overrides the concern's for this one route; none on a legacy-only route. */
export function flagOf(route: Route): string | undefined {
  return route.concern === "legacy-only" ? undefined : `pam.${route.id}`;
}

/** The flag of the route's concern; none on a legacy-only route. */
export function concernFlagOf(route: Route): string | undefined {
  return route.concern === "legacy-only" ? undefined : `pam.${route.concern}`;
}
