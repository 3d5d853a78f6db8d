import type { EvidenceEntry, EvidenceKind } from "#delivery/evidence/index.ts";

type Of<Kind extends EvidenceKind> = Extract<EvidenceEntry, { kind: Kind }>;

const ABOUT = { routeId: "chat.health", buildId: "build-1", atMs: 1_000 };

const TRIP = {
  id: "trip-1",
  routeId: "chat.health",
  atMs: 1_000,
  signal: "errors",
  counts: { native: { count: 30, bad: 20 }, legacy: { count: 90, bad: 0 } },
} as const;

const ENTRIES: { readonly [Kind in EvidenceKind]: Of<Kind> } = {
  suite: { kind: "suite", ...ABOUT, isGreen: true, pass: 12, fail: 0, skipped: 1 },
  shadow: { kind: "shadow", ...ABOUT, compared: 200, unexplained: 0 },
  comparison: {
    kind: "comparison",
    ...ABOUT,
    isNoWorse: true,
    nativeRequests: 50,
    legacyRequests: 90,
  },
  soak: { kind: "soak", ...ABOUT, fromMs: 0, nativeRequests: 10 },
  flip: { kind: "flip", ...ABOUT, flag: "pam.chat", from: "5 %", to: "25 %", by: "ada" },
  trip: { kind: "trip", ...ABOUT, trip: TRIP },
  reset: {
    kind: "reset",
    ...ABOUT,
    lift: { trip: TRIP, atMs: 2_000, by: "ada", reason: "mended" },
  },
  pin: { kind: "pin", ...ABOUT, percent: 100, by: "ada", reason: "vouched for", untilMs: 90_000 },
  unpin: { kind: "unpin", ...ABOUT, by: "ada", reason: "not any more" },
};

/** An ordinary entry of a kind, with what a test wants to differ. */
export function evidenceEntry<Kind extends EvidenceKind>(
  kind: Kind,
  differences: Partial<Of<Kind>> = {},
): Of<Kind> {
  return { ...ENTRIES[kind], ...differences };
}
