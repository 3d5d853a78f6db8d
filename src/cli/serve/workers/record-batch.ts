import { z } from "zod";

import { ERROR_CODES, type ErrorCode } from "#platform/errors.ts";
import { DECISION_REASONS } from "#routing/decide.ts";

const errorCode = z.custom<ErrorCode>(
  (value) => typeof value === "string" && Object.hasOwn(ERROR_CODES, value),
);

/** What many exchanges have in common; told once a batch, and pointed at by its place there. */
const kindSchema = z.object({
  /** Absent where no row names the path; then the path is told. */
  routeId: z.string().optional(),
  path: z.string().optional(),
  method: z.string(),
  side: z.enum(["legacy", "native"]),
  reason: z.enum(DECISION_REASONS),
  flag: z.string().optional(),
  status: z.number(),
  errorCode: errorCode.optional(),
  nativeFailure: z.object({ status: z.number(), errorCode: errorCode.optional() }).optional(),
});
export type ExchangeKind = z.infer<typeof kindSchema>;

const callerSchema = z.object({ label: z.string(), names: z.array(z.string()) });

/** The records of one process for another, by columns: an exchange costs 12 bytes and its cohort. */
export const recordBatchSchema = z.object({
  kind: z.literal("records"),
  kinds: z.array(kindSchema),
  /** One of each for each exchange: its kind's place, its duration, its cohort's place in the draw, its cohort. */
  kindAt: z.instanceof(Uint16Array),
  totalMs: z.instanceof(Float64Array),
  positions: z.instanceof(Uint8Array),
  cohorts: z.array(z.string()),
  /** Who sent the exchange at this place; not known of all. */
  callers: z.array(callerSchema.extend({ at: z.number() })),
  opened: z.array(
    z.object({
      socketId: z.number(),
      handshake: kindSchema,
      cohort: z.string(),
      totalMs: z.number(),
    }),
  ),
  closed: z.array(
    z.object({
      socketId: z.number(),
      close: z.object({
        code: z.number(),
        initiator: z.enum(["client", "upstream", "proxy"]),
        bytesIn: z.number(),
        bytesOut: z.number(),
      }),
    }),
  ),
  /** Frames of sockets to the legacy, by route, client and type. */
  frames: z.array(
    z.object({
      routeId: z.string(),
      label: z.string().optional(),
      type: z.string(),
      count: z.number(),
    }),
  ),
  /** How often each flag was evaluated. */
  flagUses: z.array(z.object({ name: z.string(), on: z.number(), off: z.number() })),
});
export type RecordBatch = z.infer<typeof recordBatchSchema>;
