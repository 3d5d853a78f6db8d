import { z } from "zod";

import type { EvidenceEntry } from "#delivery/evidence/index.ts";

const count = z.int().min(0);

/** What `banyan verify --evidence <file>` writes, as far as a route's evidence needs it. */
export const suiteReportSchema = z.object({
  side: z.literal("native", "Expected native: how legacy or its stand-in did says nothing of it"),
  build: z.string().trim().min(1).max(200),
  contractDigest: z.string().trim().min(1).max(200).optional(),
  routes: z
    .array(z.object({ route: z.string().max(200), pass: count, fail: count, skipped: count }))
    .min(1)
    .max(500),
});

type SuiteReport = z.output<typeof suiteReportSchema>;

/** A route of which nothing ran is neither green nor red. Pure. */
export function toSuiteEntries(
  { build: buildId, contractDigest, routes }: SuiteReport,
  atMs: number,
): readonly EvidenceEntry[] {
  return routes
    .filter(({ pass, fail }) => pass + fail > 0)
    .map(({ route: routeId, ...counts }) => ({
      kind: "suite",
      routeId,
      buildId,
      atMs,
      isGreen: counts.fail === 0,
      ...counts,
      ...(contractDigest !== undefined && { contractDigest }),
    }));
}
