import { z } from "zod";

import { DIFFERENCE_KINDS } from "#delivery/compare/index.ts";

const text = z.string();
const count = z.int().min(0);
/** Milliseconds since the epoch. */
const at = z.number();
const kind = z.enum(DIFFERENCE_KINDS);
/** Names and values in turn, redacted. */
const headers = z.array(text).readonly();

/** `null`: bytes that are no text, or more of them than are kept. */
const body = text.nullable();

export const explainedDifferenceSchema = z
  .object({
    kind,
    path: text,
    field: text,
    legacy: text,
    native: text,
    /** The deviation that covers it. */
    explainedBy: text.optional(),
  })
  .readonly();

const effect = z.object({ kind: text, summary: text }).readonly();

const answer = z.object({ status: z.int(), headers, body }).readonly();
const frame = z.object({ from: z.enum(["client", "server"]), text: body }).readonly();
const transcript = z
  .object({
    frames: z.array(frame).readonly(),
    close: z
      .object({ code: z.int(), by: z.enum(["client", "server"]) })
      .readonly()
      .optional(),
  })
  .readonly();

const base = {
  id: text,
  requestId: text,
  routeId: text,
  atMs: at,
  differences: z.array(explainedDifferenceSchema).readonly(),
  /** Differences beyond what is kept of one answer. */
  omitted: count,
  effects: z.array(effect).readonly(),
};

/** One shadowed request in which something differed, for a person to look at. Everything in it is redacted. */
export const driftExampleSchema = z.discriminatedUnion("kind", [
  z
    .object({
      ...base,
      kind: z.literal("exchange"),
      request: z.object({ method: text, target: text, headers, body }).readonly(),
      legacy: answer,
      /** Absent where native gave no answer. */
      native: answer.optional(),
    })
    .readonly(),
  z
    .object({
      ...base,
      kind: z.literal("conversation"),
      request: z.object({ target: text, headers }).readonly(),
      legacy: transcript,
      native: transcript.optional(),
    })
    .readonly(),
]);

const field = z
  .object({
    field: text,
    kinds: z.array(kind).readonly(),
    /** Differences between native and legacy that nothing explains. */
    raw: count,
    /** Differences between legacy and legacy. */
    noise: count,
    explained: count,
    explainedBy: z.array(text).readonly(),
    /** `explained`: a deviation covers every difference there was. */
    verdict: z.enum(["drift", "noise", "undetermined", "explained"]),
    firstSeenMs: at,
    lastSeenMs: at,
    legacy: text,
    native: text,
  })
  .readonly();

const route = z
  .object({
    routeId: text,
    /** Requests and conversations that were compared. */
    compared: count,
    /** Those in which nothing differed but noise and what is explained, and the latest run of such. */
    clean: count,
    cleanStreak: count,
    /** Requests that native gave no answer to. */
    failed: count,
    /** Those that native refused as a deviation says, where legacy answered. They are no evidence. */
    refused: count,
    baselines: count,
    sinceMs: at,
    lastMs: at.optional(),
    fields: z.array(field).readonly(),
    /** Differences in fields beyond what is kept of one route. */
    overflow: count,
    examples: z.array(driftExampleSchema).readonly(),
  })
  .readonly();

/** What `GET /api/drift` answers. */
export const driftSnapshotSchema = z
  .object({
    routes: z.array(route).readonly(),
    /** Requests of routes beyond what is kept. */
    overflow: count,
  })
  .readonly();

export type DriftExample = z.infer<typeof driftExampleSchema>;
export type ExchangeExample = Extract<DriftExample, { readonly kind: "exchange" }>;
export type ConversationExample = Extract<DriftExample, { readonly kind: "conversation" }>;
export type ExplainedDifference = z.infer<typeof explainedDifferenceSchema>;
export type FieldDrift = z.infer<typeof field>;
export type RouteDrift = z.infer<typeof route>;
export type DriftSnapshot = z.infer<typeof driftSnapshotSchema>;
