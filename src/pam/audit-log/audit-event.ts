import type { EVENT_TYPES, SEVERITY_LEVELS } from "#contracts/analytics/log-vocabulary.ts";
import type { Json } from "#platform/database/index.ts";

/** What the legacy writes of a chat, beside the kinds of its log. */
type ChatEventType = "user_message" | "pam_response";

/** What happened, as whoever saw it tells it. */
export interface NewAuditEvent {
  readonly eventType: (typeof EVENT_TYPES)[number] | ChatEventType;
  readonly severity: (typeof SEVERITY_LEVELS)[number];
  /** For people; it holds nothing that only the user may know. */
  readonly message: string;
  readonly userId: string;
  readonly requestId: string;
  readonly endpoint: string;
  readonly context?: Readonly<Record<string, Json>>;
  readonly sessionId?: string;
  readonly durationMs?: number;
  /** Why it went wrong, where it did. */
  readonly errorMessage?: string | undefined;
  /** Milliseconds since the epoch; now where it is not said. */
  readonly atMs?: number;
}

/** What stands in the log. Other writers have types of their own, and leave out what they do not know. */
export interface AuditEvent {
  readonly eventType: string;
  readonly severity: string;
  readonly message: string;
  readonly userId: string;
  readonly requestId: string | null;
  readonly sessionId: string | null;
  readonly endpoint: string | null;
  readonly durationMs: number | null;
  readonly errorCode: string | null;
  readonly errorMessage: string | null;
  readonly context: Json;
  /** ISO 8601 with an offset. */
  readonly at: string;
}

export interface AuditFilter {
  readonly eventType?: string | null;
  readonly severity?: string | null;
  /** Milliseconds since the epoch, both included. */
  readonly fromMs?: number | undefined;
  readonly toMs?: number | undefined;
}

/** Events of one type and severity in one hour. */
export interface AuditCount {
  readonly eventType: string;
  readonly severity: string;
  /** ISO 8601 with an offset. */
  readonly hour: string;
  readonly count: number;
  /** Of how many of them the duration is known, and their sum. */
  readonly timedCount: number;
  readonly totalMs: number;
}
