import { z } from "zod";

import type { Answer, JsonAnswer } from "#contracts/contract.ts";
import { count, naiveTimestamp } from "#contracts/schema/values.ts";

type Extras = Pick<Answer, "headers" | "side">;

export const json = <Schema extends z.ZodType>(
  schema: Schema,
  when: string,
  extras: Extras = {},
): JsonAnswer<Schema> => ({
  kind: "json",
  schema,
  when,
  ...extras,
});

/** `{"detail": "…"}` with one exact sentence. */
export const detail = (sentence: string, when: string, extras: Extras = {}): JsonAnswer =>
  json(z.strictObject({ detail: z.literal(sentence) }), when, extras);

/** `{"detail": "<start><text>"}`: the rest is the text of an exception. */
export const detailStarting = (start: string, when: string): JsonAnswer =>
  json(z.strictObject({ detail: z.string().startsWith(start) }), when);

const bearerChallenge = { "www-authenticate": z.literal("Bearer") } as const;

export const unauthorizedBody = z.strictObject({
  detail: z.union([
    z.literal("Authorization header missing"),
    z.string().startsWith("Invalid JWT format: "),
    z.literal("Token expired - please refresh"),
    z.literal("Invalid token: missing user ID"),
    z.literal("Authentication failed"),
  ]),
});

/** 401 of every route that wants a bearer token. */
export const UNAUTHORIZED: readonly Answer[] = [
  json(unauthorizedBody, "There is no bearer token, or it cannot be used", {
    headers: bearerChallenge,
  }),
];

const issue = z.strictObject({
  type: z.string(),
  loc: z.array(z.union([z.string(), z.int()])),
  msg: z.string(),
  input: z.unknown(),
  ctx: z.record(z.string(), z.unknown()).optional(),
});

export const validationBody = z.strictObject({ detail: z.array(issue).min(1) });

/** 422 of every route that takes a body or a query. */
export const INVALID: readonly Answer[] = [
  json(validationBody, "The body or the query does not hold the contract, or the body is no JSON"),
];

const internalErrorBody = z.strictObject({
  error: z.literal("Internal server error"),
  path: z.string().describe("The path of the request"),
  timestamp: naiveTimestamp,
});

/** 500 of every failure that the legacy did not foresee, and of many that it did. */
export const internalError = json(internalErrorBody, "Something failed on the server");

/** What the legacy's database routes were meant to say: `{"success": true, …}`. */
export const successBody = <Data extends z.ZodType>(
  data: Data,
): z.ZodObject<{
  success: z.ZodLiteral<true>;
  data: Data;
  message: z.ZodNullable<z.ZodString>;
  timestamp: typeof naiveTimestamp;
}> =>
  z.strictObject({
    success: z.literal(true),
    data,
    message: z.string().nullable(),
    timestamp: naiveTimestamp,
  });

/** 429 of a user over one of their limits. */
export const rateLimited = (limit: string, when: string, extras: Extras = {}): JsonAnswer =>
  json(
    z.strictObject({
      detail: z.strictObject({
        error: z.literal("Rate limit exceeded"),
        message: z.templateLiteral(["Too many requests. Try again in ", count, " seconds."]),
        rate_limit_info: z.strictObject({
          remaining: z.literal(0),
          reset_in_seconds: count,
          limit_type: z.literal(limit),
        }),
      }),
    }),
    when,
    { ...extras, headers: { "retry-after": z.string().regex(/^\d+$/) } },
  );

/** 413 of a message that is over the limit of its type. */
export const tooLarge = (when: string, extras: Extras = {}): JsonAnswer =>
  json(z.strictObject({ detail: z.string() }), when, extras);

/** 400 of what no database keeps. */
export const unstorable = (extras: Extras = {}): JsonAnswer =>
  json(
    z.strictObject({
      detail: z.enum(["Texts must not contain NUL characters", "Numbers must be finite"]),
    }),
    "A text has a NUL in it, or a number is not finite",
    extras,
  );
