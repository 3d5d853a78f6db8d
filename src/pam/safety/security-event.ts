import type { Logger } from "#platform/logger.ts";
import type { Metrics, Tally } from "#platform/metrics.ts";

import { redactPersonalData } from "./redact-personal-data.ts";

/** Everything that is counted against a user, in the legacy's names. */
export const SECURITY_EVENTS = [
  "VALIDATION_FAILURE",
  "PROMPT_INJECTION",
  "SUSPICIOUS_MESSAGE",
  "MESSAGE_SIZE_VIOLATION",
  "RATE_LIMIT_VIOLATION",
  "SECURITY_ERROR",
  "REST_RATE_LIMIT_VIOLATION",
  "REST_MESSAGE_SIZE_VIOLATION",
  "REST_SUSPICIOUS_MESSAGE",
] as const;
export type SecurityEventName = (typeof SECURITY_EVENTS)[number];

export interface SecurityEvent {
  readonly name: SecurityEventName;
  readonly userId: string;
  /** Which check or limit it was, such as `jailbreak`. */
  readonly check: string;
  readonly reason: string;
  /** The user's text, where there is one. It is not written as it is. */
  readonly text?: string;
}

export interface SecurityEventContext {
  readonly logger: Pick<Logger, "warn">;
  readonly counts: SecurityEventCounts;
}

/** Counts events by name since the process started, for the metrics and for whoever audits. */
export interface SecurityEventCounts {
  add(name: SecurityEventName): void;
  /** Names that have not happened are there with 0. */
  read(): Readonly<Record<SecurityEventName, number>>;
}

const PREVIEW_LENGTH = 80;

/** The first 80 characters, without what identifies a person. */
function toPreview(text: string): string {
  // Redacted before it is cut, or the cut would leave half a number that no pattern knows.
  const head = Array.from(redactPersonalData(text.slice(0, 2_000)));
  const preview = head.slice(0, PREVIEW_LENGTH).join("");
  return head.length > PREVIEW_LENGTH ? `${preview}…` : preview;
}

export function createSecurityEventCounts(metrics: Pick<Metrics, "counter">): SecurityEventCounts {
  const seriesOf = metrics.counter({
    name: "banyan_security_events_total",
    help: "Messages and requests that the safety layer counted against a user",
    labels: ["event"],
  });
  const rows = SECURITY_EVENTS.map((name) => {
    const tally: Tally = seriesOf({ event: name });
    return { name, tally };
  });
  const counts = {
    VALIDATION_FAILURE: 0,
    PROMPT_INJECTION: 0,
    SUSPICIOUS_MESSAGE: 0,
    MESSAGE_SIZE_VIOLATION: 0,
    RATE_LIMIT_VIOLATION: 0,
    SECURITY_ERROR: 0,
    REST_RATE_LIMIT_VIOLATION: 0,
    REST_MESSAGE_SIZE_VIOLATION: 0,
    REST_SUSPICIOUS_MESSAGE: 0,
  } satisfies Record<SecurityEventName, number>;
  return {
    add(name) {
      counts[name] += 1;
      rows.find((row) => row.name === name)?.tally.add();
    },
    read: () => ({ ...counts }),
  };
}

/** Counts an event and writes it as one structured line, with a short, redacted preview of the text. */
export function logSecurityEvent(
  { name, userId, check, reason, text }: SecurityEvent,
  { logger, counts }: SecurityEventContext,
): void {
  counts.add(name);
  logger.warn(
    {
      securityEvent: name,
      userId,
      check,
      reason,
      ...(text !== undefined && { preview: toPreview(text), length: text.length }),
    },
    "A security event was recorded",
  );
}
