import { z } from "zod";

import { recordBatchSchema } from "#cli/serve/workers/record-batch.ts";
import { DIFFERENCE_KINDS } from "#delivery/compare/index.ts";
import { driftExampleSchema, explainedDifferenceSchema } from "#delivery/drift/index.ts";
import { DROP_REASONS } from "#delivery/shadow/index.ts";
import { documentSchema } from "#platform/flags/index.ts";

const count = z.number();

const flagsSchema = z.object({
  document: documentSchema,
  freshness: z.object({
    state: z.enum(["fresh", "stale", "offline", "static"]),
    source: z.enum(["unleash", "file", "none"]),
    ageMs: z.number().or(z.undefined()),
    problem: z.string().or(z.undefined()),
  }),
});

const safeguardsSchema = z.object({
  tripped: z.array(z.string()),
  ceilings: z.array(
    z.tuple([z.string(), z.object({ allowedPercent: z.number(), isEnforced: z.boolean() })]),
  ),
});
export type SafeguardsState = z.infer<typeof safeguardsSchema>;

const shadowCountsSchema = z.object({
  sampled: count,
  compared: count,
  failed: count,
  baselines: count,
  baselineFailures: count,
  defects: count,
  drops: z.record(z.enum(DROP_REASONS), count),
  queued: count,
  running: count,
  hung: count,
  heldBytes: count,
  openSockets: count,
});

const reportSchema = z.object({ cutRequests: count, cutSockets: count });

/** What the primary says to a worker. */
export const fromPrimarySchema = z.discriminatedUnion("kind", [
  /** The answer to `hello`: what a worker decides by from its first request on. */
  z.object({
    kind: z.literal("setup"),
    /** The legacy, or what stands in for it. */
    origin: z.url(),
    flags: flagsSchema,
    safeguards: safeguardsSchema,
  }),
  z.object({ kind: z.literal("flags"), flags: flagsSchema }),
  z.object({ kind: z.literal("safeguards"), safeguards: safeguardsSchema }),
  /** Asks for a `snapshot` of the same number, behind all records up to now. */
  z.object({ kind: z.literal("measure"), question: z.number() }),
  /** To accept no connection from now on; answered by `stopped`. */
  z.object({ kind: z.literal("stop") }),
  z.object({ kind: z.literal("drain"), graceMs: z.number() }),
]);
export type FromPrimary = z.infer<typeof fromPrimarySchema>;

/** What a worker says to the primary. */
export const fromWorkerSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("hello") }),
  /** Nothing but that its event loop turns; any other message says so, too. */
  z.object({ kind: z.literal("alive") }),
  z.object({ kind: z.literal("listening"), url: z.url() }),
  /** It cannot start, for a reason that another start would not change. */
  z.object({ kind: z.literal("failed"), problem: z.string() }),
  recordBatchSchema,
  z.object({ kind: z.literal("shadow"), counts: shadowCountsSchema }),
  z.object({
    kind: z.literal("compared"),
    routeId: z.string(),
    differences: z.array(explainedDifferenceSchema),
    omitted: count,
    isFailed: z.boolean(),
    example: driftExampleSchema.optional(),
  }),
  z.object({
    kind: z.literal("baseline"),
    routeId: z.string(),
    differences: z.array(
      z.object({
        kind: z.enum(DIFFERENCE_KINDS),
        path: z.string(),
        field: z.string(),
        legacy: z.string(),
        native: z.string(),
      }),
    ),
    omitted: count,
  }),
  z.object({ kind: z.literal("snapshot"), question: z.number(), metrics: z.array(z.unknown()) }),
  z.object({ kind: z.literal("stopped") }),
  z.object({ kind: z.literal("drained"), report: reportSchema }),
]);
export type FromWorker = z.infer<typeof fromWorkerSchema>;
