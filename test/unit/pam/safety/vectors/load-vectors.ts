import { readFileSync } from "node:fs";
import { join } from "node:path";

import { z } from "zod";

const read = (name: string): unknown =>
  JSON.parse(readFileSync(join(import.meta.dirname, name), "utf8"));

const stage = z.enum([
  "PASS",
  "EMPTY",
  "VALIDATION_ERROR",
  "SECURITY_VIOLATION",
  "SUSPICIOUS_CONTENT",
]);

const layer = z.strictObject({
  must_match: z.array(
    z.strictObject({ text: z.string(), pipeline: stage, reason: z.string().nullable() }),
  ),
  must_not_match: z.array(
    z.strictObject({
      text: z.string(),
      regex_hit: z.boolean(),
      pipeline: stage,
      reason: z.string().nullable(),
    }),
  ),
});

const legacyVectors = z.strictObject({
  generated_by: z.string(),
  layers: z.record(z.string(), layer),
  pipeline: z.array(
    z.strictObject({
      text: z.string(),
      stage,
      sanitised: z.string().nullable(),
      reason: z.string().nullable(),
    }),
  ),
});

const bleachVectors = z.strictObject({
  generatedBy: z.string(),
  cases: z.array(z.tuple([z.string(), z.string().nullable()])),
});

/** Invented texts with what the legacy itself made of each. */
export const loadLegacyVectors = (): z.infer<typeof legacyVectors> =>
  legacyVectors.parse(read("legacy-vectors.json"));

/** Hostile markup with what the legacy's sanitising steps, run by Bleach itself, make of it. */
export const loadBleachVectors = (): z.infer<typeof bleachVectors> =>
  bleachVectors.parse(read("bleach-vectors.json"));
