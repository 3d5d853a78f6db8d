import { z } from "zod";

import { liftSchema, tripSchema } from "#delivery/guard/index.ts";

const DAY_MS = 86_400_000;
/** The longest that a person can vouch for a route past what is known of it. */
export const LONGEST_PIN_MS = 30 * DAY_MS;

/** One line of text; a database takes no NUL, and a log no line break. */
const line = (maxLength: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(maxLength)
    .regex(/^\P{Cc}*$/u, "Holds a control character");
const who = line(100);
const why = line(500);
const count = z.int().min(0);
const percent = z.number().min(0).max(100);

/** What every entry has: of which route and build it speaks, and since when it is known (ms since the epoch). */
const about = { routeId: line(200), buildId: line(200), atMs: z.number() };

const suite = z.object({
  kind: z.literal("suite"),
  ...about,
  isGreen: z.boolean(),
  pass: count,
  fail: count,
  skipped: count,
  contractDigest: line(200).optional(),
});

/**
 * What came since the entry before it: answers compared, and fields that differ without an explanation. The latter
 * are fewer than before where a difference has turned out to be noise.
 */
const shadow = z.object({
  kind: z.literal("shadow"),
  ...about,
  compared: count,
  unexplained: z.int(),
});

/** What the guard's live comparison of both sides came to. */
const comparison = z.object({
  kind: z.literal("comparison"),
  ...about,
  isNoWorse: z.boolean(),
  nativeRequests: count,
  legacyRequests: count,
});

/** Native requests were answered from `fromMs` to `atMs`, and the guard had nothing against it. */
const soak = z.object({
  kind: z.literal("soak"),
  ...about,
  fromMs: z.number(),
  nativeRequests: z.int().min(1),
});

const flip = z.object({
  kind: z.literal("flip"),
  ...about,
  flag: line(200),
  from: line(300),
  to: line(300),
  by: who,
  reason: why.optional(),
  /** What it was found by, where nobody ordered it here: it is kept once, whoever else finds it. */
  key: line(200).optional(),
});

const trip = z.object({ kind: z.literal("trip"), ...about, trip: tripSchema });
const reset = z.object({ kind: z.literal("reset"), ...about, lift: liftSchema });

const pin = z
  .object({ kind: z.literal("pin"), ...about, percent, by: who, reason: why, untilMs: z.number() })
  .refine(({ untilMs, atMs }) => untilMs > atMs && untilMs - atMs <= LONGEST_PIN_MS, {
    path: ["untilMs"],
    message: "Expected a time within the next 30 days",
  });

const unpin = z.object({ kind: z.literal("unpin"), ...about, by: who, reason: why });

/** One fact about one route, as the ledger keeps it. Facts are added, never changed. */
export const evidenceEntrySchema = z.discriminatedUnion("kind", [
  suite,
  shadow,
  comparison,
  soak,
  flip,
  trip,
  reset,
  pin,
  unpin,
]);
export type EvidenceEntry = Readonly<z.infer<typeof evidenceEntrySchema>>;
export type Flip = Extract<EvidenceEntry, { kind: "flip" }>;
export type EvidenceKind = EvidenceEntry["kind"];
export const EVIDENCE_KINDS: readonly EvidenceKind[] = evidenceEntrySchema.options.map(
  ({ shape }) => shape.kind.value,
);

/** These hold for every build: a person's word and a trip outlive a deploy. */
const BUILDLESS: ReadonlySet<EvidenceKind> = new Set(["pin", "unpin", "trip", "reset"]);
export const BUILDLESS_KINDS: readonly EvidenceKind[] = [...BUILDLESS];

/** Whether an entry says something of a route in that build. */
export function concernsBuild(entry: EvidenceEntry, buildId: string): boolean {
  return entry.buildId === buildId || BUILDLESS.has(entry.kind);
}
