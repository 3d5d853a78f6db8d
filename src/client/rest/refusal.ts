import { z } from "zod";

import type { PamFailure, Refusal } from "../pam-client-error.ts";

const seconds = z
  .union([
    z.number(),
    z
      .string()
      .regex(/^\s*\d+(?:\.\d+)?\s*$/u)
      .transform(Number),
  ])
  .pipe(
    z
      .number()
      .min(0)
      .max(86_400 * 365),
  )
  .optional()
  .catch(undefined);
const text = z.string().optional().catch(undefined);

/** Every place in which the backend says how long to wait. */
const waits = z.looseObject({
  retry_after: seconds,
  rate_limit: z.looseObject({ retry_after: seconds }).optional().catch(undefined),
  rate_limit_info: z.looseObject({ reset_in_seconds: seconds }).optional().catch(undefined),
});

const issue = z.looseObject({ msg: z.string() });
const inner = waits.extend({ message: text, error: text });
const given = inner.extend({
  detail: z
    .union([z.string(), inner, z.array(issue)])
    .optional()
    .catch(undefined),
});

type Given = z.output<typeof given>;

function detailOf({ detail, message, error }: Given): string {
  if (typeof detail === "string") return detail;
  if (Array.isArray(detail)) return detail.map(({ msg }) => msg).join("; ");
  return detail?.message ?? detail?.error ?? message ?? error ?? "";
}

const waitIn = (place: z.output<typeof waits>): number | undefined =>
  place.rate_limit_info?.reset_in_seconds ?? place.rate_limit?.retry_after ?? place.retry_after;

function waitOf(body: Given): number | undefined {
  const { detail } = body;
  const isNested = typeof detail === "object" && !Array.isArray(detail);
  return waitIn(body) ?? (isNested ? waitIn(detail) : undefined);
}

/** What the body of a refusal says, over HTTP and on the socket. */
export function readRefusal(body: unknown): {
  readonly detail: string;
  readonly retryAfterMs: number | undefined;
} {
  const parsed = given.safeParse(body);
  if (!parsed.success) {
    return { detail: typeof body === "string" ? body.slice(0, 200) : "", retryAfterMs: undefined };
  }
  const waitSeconds = waitOf(parsed.data);
  return {
    detail: detailOf(parsed.data),
    retryAfterMs: waitSeconds === undefined ? undefined : waitSeconds * 1000,
  };
}

/** Statuses that mean more than their class. */
const KINDS: Readonly<Record<number, "unauthorized" | "forbidden" | "server-failed">> = {
  401: "unauthorized",
  403: "forbidden",
  // The request came too slowly: the same again may do.
  408: "server-failed",
};

export interface RefusedAnswer {
  readonly status: number;
  /** Parsed where it was JSON, else its text. */
  readonly body: unknown;
  /** `Retry-After` in milliseconds. A page of another origin cannot read it: the backend does not expose it. */
  readonly retryAfterMs: number | undefined;
}

/** What an answer without success means. */
export function toFailure(answer: RefusedAnswer): PamFailure {
  const { status, body } = answer;
  if (status < 400) return { kind: "unreadable-answer", status };
  const { detail, retryAfterMs } = readRefusal(body);
  const refusal: Refusal = { status, errorCode: undefined, detail, body };
  if (status === 429) {
    return { kind: "rate-limited", retryAfterMs: answer.retryAfterMs ?? retryAfterMs, ...refusal };
  }
  return { kind: KINDS[status] ?? (status < 500 ? "rejected" : "server-failed"), ...refusal };
}

/** These come before a route's own doing; the backend answers 400 also after it has stored something. */
const BEFORE_ANYTHING: ReadonlySet<number> = new Set([401, 403, 404, 405, 413, 422, 429]);

export const hasDoneNothing = (status: number): boolean => BEFORE_ANYTHING.has(status);
