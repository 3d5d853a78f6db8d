import { z } from "zod";

const bounds = { min: z.number().optional(), max: z.number().optional() };

const MATCHERS = [
  z.strictObject({ $match: z.literal("uuid") }),
  /** UTC without a zone, as Python's `isoformat()` gives it. */
  z.strictObject({ $match: z.literal("naive-timestamp") }),
  /** Seconds since 1970, somewhere between 2001 and 2096. */
  z.strictObject({ $match: z.literal("epoch") }),
  z.strictObject({ $match: z.literal("integer"), ...bounds }),
  z.strictObject({ $match: z.literal("number"), ...bounds }),
  /** `pattern`: the source of a regular expression that the whole text must fit. */
  z.strictObject({
    $match: z.literal("text"),
    pattern: z.string().optional(),
    /** A text that fits, to see from what kind of frame or answer is expected. */
    example: z.string().optional(),
  }),
  z.strictObject({ $match: z.literal("one-of"), values: z.array(z.unknown()).min(1) }),
  /** A list whose items may come in any order. */
  z.strictObject({ $match: z.literal("unordered"), items: z.array(z.unknown()) }),
  /** A list of any length, each item of which is as described. */
  z.strictObject({ $match: z.literal("each"), item: z.unknown() }),
  /** An object that has at least these keys. */
  z.strictObject({ $match: z.literal("at-least"), keys: z.record(z.string(), z.unknown()) }),
  /** What an earlier step captured under this name. */
  z.strictObject({ $match: z.literal("captured"), name: z.string() }),
  z.strictObject({ $match: z.literal("ignore"), because: z.string().min(1) }),
] as const;

/** Stands in a case's JSON in the place of a value that is not the same in every answer. */
export const matcherSchema = z.discriminatedUnion("$match", MATCHERS);

export type Matcher = z.infer<typeof matcherSchema>;
