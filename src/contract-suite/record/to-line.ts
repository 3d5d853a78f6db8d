import { isUtf8 } from "node:buffer";

import { guessVolatile, toPlaceholder } from "#contract-suite/record/volatile-values.ts";
import { type Redactor, toOmitted } from "#platform/redaction/index.ts";

/** A body that was read, or what is known of one that was too long to keep. */
export type SeenBody = Buffer | { readonly sha256: string; readonly length: number };

/** One exchange as it went over the wire, its content coding undone. */
export interface SeenExchange {
  readonly method: string;
  readonly target: string;
  readonly requestHeaders: readonly string[];
  readonly requestBody: SeenBody;
  readonly status: number;
  readonly responseHeaders: readonly string[];
  readonly responseBody: SeenBody;
  readonly parts: readonly (readonly [atMs: number, length: number])[];
  readonly isStream: boolean;
  readonly nowMs: number;
}

type Written = string | null | { readonly sha256: string; readonly length: number };

/** Text is kept, redacted; other bytes may be a voice or a picture, and are not. */
function toBody(body: SeenBody, redactor: Redactor): Written {
  if (!Buffer.isBuffer(body)) return body;
  if (body.length === 0) return null;
  return isUtf8(body) ? redactor.body(body.toString("utf8")) : toOmitted(body);
}

const placeholders = (flat: readonly string[]): readonly string[] =>
  flat.map((item, at) => (at % 2 === 1 ? toPlaceholder(flat[at - 1] ?? "", item) : item));

/** The second, as the recordings have it. */
const toAt = (nowMs: number): string => `${new Date(nowMs).toISOString().slice(0, 19)}Z`;

/** A line of `http/*.jsonl`. Nothing of the exchange gets into it that the redactor has not seen. */
export function toHttpLine(id: string, seen: SeenExchange, redactor: Redactor): object {
  const { method, nowMs, isStream, parts } = seen;
  // Before anything else: it is what tells the redactor who is asking.
  const requestHeaders = redactor.requestHeaders(seen.requestHeaders);
  const target = redactor.target(seen.target);
  const requestBody = toBody(seen.requestBody, redactor);
  const body = toBody(seen.responseBody, redactor);
  const sent = `${target}\n${typeof requestBody === "string" ? requestBody : ""}`;
  const volatile = typeof body === "string" ? guessVolatile(body, { nowMs, sent }) : {};
  return {
    id,
    title: `${method} ${target.split("?", 1)[0]}`,
    at: toAt(nowMs),
    request: { method, target, headers: requestHeaders, body: requestBody },
    response: {
      status: seen.status,
      headers: placeholders(redactor.responseHeaders(seen.responseHeaders)),
      body,
      ...(isStream && { parts }),
    },
    ...(Object.keys(volatile).length > 0 && { volatile }),
  };
}

export type SeenEvent =
  | { readonly kind: "accepted"; readonly atMs: number; readonly headers: readonly string[] }
  | {
      readonly kind: "rejected";
      readonly atMs: number;
      readonly status: number;
      readonly headers: readonly string[];
      readonly body: string;
    }
  | {
      readonly kind: "send" | "receive";
      readonly atMs: number;
      readonly data: Buffer;
      readonly isBinary: boolean;
    }
  | {
      readonly kind: "close";
      readonly atMs: number;
      readonly code: number;
      readonly reason: string;
      readonly by: "client" | "server";
    };

export interface SeenConversation {
  readonly target: string;
  readonly headers: readonly string[];
  readonly events: readonly SeenEvent[];
  readonly nowMs: number;
}

function toEvents(
  event: SeenEvent,
  redactor: Redactor,
  { nowMs, sent }: { readonly nowMs: number; readonly sent: string },
): readonly object[] {
  switch (event.kind) {
    case "accepted":
      return [{ ...event, headers: redactor.responseHeaders(event.headers) }];
    case "rejected": {
      const headers = redactor.responseHeaders(event.headers);
      return [{ ...event, headers, body: redactor.body(event.body) }];
    }
    case "send": {
      const { kind, atMs, data, isBinary } = event;
      return [{ kind, atMs, data: isBinary ? toOmitted(data) : redactor.body(data.toString()) }];
    }
    case "receive": {
      const { kind, atMs, data, isBinary } = event;
      if (isBinary) return [{ kind: "note", atMs, text: `${data.length} bytes of binary came` }];
      const text = redactor.body(data.toString());
      return [{ kind, atMs, text, volatile: guessVolatile(text, { nowMs, sent }) }];
    }
    case "close": {
      const reason = redactor.body(event.reason);
      const { kind, atMs, code, by } = event;
      const left = { kind: "client-close", atMs, code, reason };
      return [...(by === "client" ? [left] : []), { kind, atMs, code, reason, by }];
    }
    default:
      return event satisfies never;
  }
}

/** A line of `ws/*.jsonl`. */
export function toWsLine(id: string, seen: SeenConversation, redactor: Redactor): object {
  const headers = redactor.requestHeaders(seen.headers);
  const target = redactor.target(seen.target);
  const sent = seen.events
    .flatMap((event) => (event.kind === "send" && !event.isBinary ? [event.data.toString()] : []))
    .join("\n");
  const context = { nowMs: seen.nowMs, sent: `${target}\n${sent}` };
  return {
    id,
    at: toAt(seen.nowMs),
    open: { target, headers },
    events: seen.events.flatMap((event) => toEvents(event, redactor, context)),
  };
}
